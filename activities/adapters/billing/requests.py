"""Requests to billing, the body of a booking, and what refusals mean."""

from http import HTTPStatus
from typing import Any

from activities.adapters.json_requests import JsonRequests, code_of, json_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.bookings import Booking
from domain.provisioning.steps import Refused, Trouble

BOOKINGS = "/bookings"
ACCOUNT_UNKNOWN = "account_unknown"
"""Code of billing's: there is no such account."""
_REFUSALS = {
    "credit_refused": StuckReason.CREDIT_REFUSED,
    "limit_too_high": StuckReason.LIMIT_TOO_HIGH,
}


class BillingRequests(JsonRequests):
    """Requests to billing at ``url``."""

    def refusal(self, status: int, error: Any) -> Refused:
        """See JsonRequests."""
        refused = refusal(error)
        if status == HTTPStatus.NOT_FOUND and refused.detail:
            return NotThere(refused.code, refused.detail)
        return refused

    def find(self, path: str, name: str, key: str) -> dict[str, Any] | None:
        """Ask for the one thing whose member ``name`` is this key; None: billing never got it.

        Raises Trouble: whether billing has it is as unknown as before.
        """
        try:
            found = json_of(self.get(path, {name: key}))
        except Refused as error:  # the question is refused: the outcome stays unknown
            raise Trouble(StuckReason.TARGET_ERROR, error.detail) from None
        if not isinstance(found, list):  # only an empty list says that there is none
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        ours = next((each for each in found if is_of(each, name, key)), None)
        if ours is None and found:  # billing that does not heed the key would show anything
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return ours


class NotThere(Refused):
    """Billing says, with a code of its own, that it has no such thing.

    A 404 without a code may be another's: of a proxy, or of a wrong address.
    """


def is_of(body: Any, name: str, key: str) -> bool:
    """Return whether this is a thing whose member ``name`` is this key."""
    return isinstance(body, dict) and body.get(name) == key


def refusal(error: Any) -> Refused:
    """Make the refusal of an error, or of a booking that was refused later."""
    code = code_of(error)
    return Refused(_REFUSALS.get(code, StuckReason.REFUSED), code)


def body_of(booking: Booking) -> dict[str, Any]:
    """Write a booking. Members that say nothing are left out."""
    body: dict[str, Any] = {
        "action": booking.action.value,
        "account": str(booking.account_id),
        "service": str(booking.service_id),
        "product": booking.product,
    }
    if booking.prices:
        body["prices"] = [
            {
                "cents": each.cents,
                "currency": each.currency,
                "vat_included": each.is_vat_included,
            }
            for each in booking.prices
        ]
    if booking.characteristics:
        body["characteristics"] = dict(booking.characteristics)
    if booking.of is not None:
        body["of"] = booking.of
    return body
