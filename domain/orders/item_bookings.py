"""What the steps of an order's items book at billing, and what undoes it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.provisioning.bookings import BookedPrice, Booking, BookingAction

UNDOING: Mapping[str, BookingAction] = {
    UndoAction.REFUND: BookingAction.REFUND,
    UndoAction.RESTORE_LIMIT: BookingAction.RESTORE_LIMIT,
    UndoAction.UNSUBSCRIBE: BookingAction.RESTORE_SUBSCRIPTION,
}
"""What is booked to undo a step, by what its product says."""


@dataclass(frozen=True, slots=True)
class BookedItem:
    """An item of an order, as far as billing is concerned."""

    account_id: UUID
    service_id: UUID
    product: str
    action: ItemAction
    prices: Mapping[Period, Sequence[BookedPrice]]
    values: Mapping[str, Any]
    """What the step sends; None removes a value."""


def booking_of(do: StepAction, item: BookedItem) -> Booking | None:
    """Make the booking that a step wants; None: the item costs nothing that it could book."""
    once, monthly = (item.prices.get(each, ()) for each in (Period.ONCE, Period.MONTHLY))
    is_ended = item.action is ItemAction.DELETE
    match do:
        case StepAction.CHECK_CREDIT if once or monthly:
            return _booking(BookingAction.CHECK_CREDIT, item, prices=[*once, *monthly])
        case StepAction.CHARGE if once:
            return _booking(BookingAction.CHARGE, item, prices=once)
        case StepAction.SUBSCRIBE:
            starts = monthly and not is_ended
            return _subscription(item, monthly) if starts else _end_of_subscription(item)
        case StepAction.SET_LIMIT:
            return _booking(BookingAction.SET_LIMIT, item, values=item.values)
        case StepAction.FINAL_INVOICE:
            return _booking(BookingAction.FINAL_INVOICE, item, prices=once)
    return None


def _subscription(item: BookedItem, monthly: Sequence[BookedPrice]) -> Booking:
    return _booking(BookingAction.SUBSCRIBE, item, prices=monthly, values=item.values)


def _end_of_subscription(item: BookedItem) -> Booking:
    return _booking(BookingAction.END_SUBSCRIPTION, item)


def undoing_of(undo: str, item: BookedItem, key: str) -> Booking:
    """Make the booking that undoes the one with this key."""
    return Booking(UNDOING[undo], item.account_id, item.service_id, item.product, of=key)


def _booking(
    action: BookingAction,
    item: BookedItem,
    prices: Sequence[BookedPrice] = (),
    values: Mapping[str, Any] | None = None,
) -> Booking:
    return Booking(
        action, item.account_id, item.service_id, item.product, prices, dict(values or {})
    )
