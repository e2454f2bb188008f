"""The port to billing, and its implementation over HTTP."""

from typing import Any, Protocol

from activities.adapters.billing.requests import BOOKINGS, BillingRequests, body_of, is_of, refusal
from activities.adapters.json_requests import is_id, json_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.bookings import Booking
from domain.provisioning.steps import Accepted, Answer, Done, Trouble

BOOKING = "booking"
"""Member of a receipt: billing's own id of the booking."""


class Billing(Protocol):
    """Port to billing. Calls block; they raise domain.provisioning.steps.NotDone."""

    def book(self, booking: Booking, key: str) -> Answer:
        """Make this booking, once for this idempotency key."""
        ...

    def ask(self, key: str) -> Answer | None:
        """Ask what became of the booking with this key; None: billing never got it.

        Raises Refused if that is how it ended; after Trouble its outcome is as unknown as before.
        """
        ...


class NoBilling:
    """Billing that no setting names: every call is trouble."""

    def book(self, booking: Booking, key: str) -> Answer:  # noqa: ARG002 # there is none
        raise _not_set()

    def ask(self, key: str) -> Answer | None:  # noqa: ARG002
        raise _not_set()


class HttpBilling:
    """Billing behind ``/bookings``."""

    def __init__(self, requests: BillingRequests) -> None:
        self._requests = requests

    def book(self, booking: Booking, key: str) -> Answer:
        """See Billing. An answer that does not say that our booking is made: Accepted."""
        found = json_of(self._requests.write("POST", BOOKINGS, body_of(booking), key))
        return _outcome(found) if is_of(found, "key", key) else Accepted()

    def ask(self, key: str) -> Answer | None:
        """See Billing."""
        ours = self._requests.find(BOOKINGS, "key", key)
        return None if ours is None else _outcome(ours)


def _outcome(body: dict[str, Any]) -> Answer:
    """Read what became of a booking; what does not say so is not over. Raises Refused."""
    id_ = body.get("id")
    receipt = {BOOKING: id_} if is_id(id_) else {}
    match body.get("state"):
        case "booked":
            return Done(receipt)
        case "refused":
            raise refusal(body)
    return Accepted(receipt)


def _not_set() -> Trouble:
    return Trouble(StuckReason.UNREACHABLE, "VOLITUS_BILLING_URL is not set")
