"""Requests to billing, the body of a booking, and what refusals mean."""

from http import HTTPStatus
from typing import Any

from activities.adapters.json_requests import JsonRequests, code_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.bookings import Booking
from domain.provisioning.steps import Refused

BOOKINGS = "/bookings"
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


class NotThere(Refused):
    """Billing says, with a code of its own, that it has no such thing.

    A 404 without a code may be another's: of a proxy, or of a wrong address.
    """


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
