"""Bookings that steps want of the operator's billing. Pure.

Billing makes a booking once for its idempotency key, and is asked for it by that key. What undoes a
booking names its key, so that it can be undone also where no answer about it ever came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class BookingAction(StrEnum):
    """What billing is to do. Alphabetical; may grow."""

    CHARGE = "charge"
    """Put prices that are paid once on the account's next invoice."""
    CHECK_CREDIT = "check_credit"
    """Say whether the account may owe these prices, too. Changes nothing."""
    END_SUBSCRIPTION = "end_subscription"
    """Stop what is paid every month for a product of the service."""
    FINAL_INVOICE = "final_invoice"
    """Put these prices on the service's last invoice, and issue it."""
    REFUND = "refund"
    RESTORE_LIMIT = "restore_limit"
    """Put back the limit that was there before, unless it was changed since."""
    RESTORE_SUBSCRIPTION = "restore_subscription"
    """Put back what was paid every month before, unless it was changed since."""
    SET_LIMIT = "set_limit"
    SUBSCRIBE = "subscribe"
    """Start what is paid every month for a product of the service, instead of what was paid."""


@dataclass(frozen=True, slots=True)
class BookedPrice:
    """A price as billing is told of it."""

    cents: int
    """Hundredths of the currency."""
    currency: str
    """ISO 4217."""
    is_vat_included: bool


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking about a service of an account. Ids are the operator's own."""

    action: BookingAction
    account_id: UUID
    service_id: UUID
    product: str
    """Its id in the catalogue."""
    prices: Sequence[BookedPrice] = ()
    characteristics: Mapping[str, Any] = field(default_factory=dict)
    """Values by name; None: no value any more."""
    of: str | None = None
    """Key of the booking that it undoes."""
