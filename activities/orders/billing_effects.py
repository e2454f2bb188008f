"""Effects of an order's steps at billing: book what the item costs or sets, and undo it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from activities.adapters.billing.billing import Billing
from domain.catalogue.products import Period
from domain.catalogue.step_actions import StepAction
from domain.ops.stuck_reasons import StuckReason
from domain.orders.item_bookings import BookedItem, booking_of, undoing_of
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.bookings import BookedPrice, Booking
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step
from domain.provisioning.targets import TargetKind
from storage.billing import snapshots
from storage.database import Session
from storage.orders import item_steps
from storage.orders.item_steps import ItemService, ItemStepRow
from storage.provisioning import step_queries

_NOTHING_THERE = frozenset({"charge_unknown", "limit_unknown", "subscription_unknown"})


class BillingEffect:
    """Base of every effect at billing. See Effect."""

    kind = TargetKind.BILLING
    can_be_asked = True
    _row: ItemStepRow
    _booking: Booking | None = None

    def __init__(self, billing: Billing) -> None:
        self._billing = billing

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        """Find out what is to be booked."""
        self._row, self._booking = item_steps.step_of(session, step), None
        service = self._row.service
        # It is refused when it is handed over: what may have happened is asked about before.
        if service is None or (service.is_ended and step.undoes is None):
            return Prepared.READY
        self._booking = self.plan(session, step, _booked(self._row, service))
        return Prepared.NOTHING if self._booking is None else Prepared.READY

    def plan(self, session: Session, step: Step, item: BookedItem) -> Booking | None:
        """Make the booking; None: there is nothing to book."""
        raise NotImplementedError

    def hand_over(self, key: str) -> Answer:
        """See Effect. Refused where the service has ended: nothing is booked for it any more."""
        if self._booking is None:
            raise Refused(StuckReason.SERVICE_ENDED)
        return self._billing.book(self._booking, key)

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # the key says it all
        return self._billing.ask(key)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        item_steps.answered(session, step, answer, is_last=self._row.is_last)
        snapshots.drop(session, self._row.account_id)


class Book(BillingEffect):
    """Book what the product's step says."""

    def plan(self, session: Session, step: Step, item: BookedItem) -> Booking | None:  # noqa: ARG002
        return booking_of(StepAction(self._row.planned.do), item)


class Unbook(BillingEffect):
    """Undo a booking by its key, also where its answer was lost. Billing knows what was before."""

    def plan(self, session: Session, step: Step, item: BookedItem) -> Booking | None:
        undone = step_queries.find(session, step.process_id, step.undoes or "")
        undo = self._row.planned.undo
        if undone is None or undo is None or not undone.may_have_happened:
            return None
        key = replace(step, action=step.undoes or "", undoes=None).key(undone.decision_no)
        return undoing_of(undo, item, key)

    def hand_over(self, key: str) -> Answer:
        """See Effect. Done where billing says that there is nothing to undo."""
        try:
            return super().hand_over(key)
        except Refused as refused:
            return _unless_nothing_there(refused)

    def ask(self, key: str, sent: Sent) -> Answer | None:
        try:
            return super().ask(key, sent)
        except Refused as refused:
            return _unless_nothing_there(refused)


def _unless_nothing_there(refused: Refused) -> Done:
    if refused.detail in _NOTHING_THERE:
        return Done()
    raise refused


def _booked(row: ItemStepRow, service: ItemService) -> BookedItem:
    return BookedItem(
        account_id=row.account_id,
        service_id=service.id,
        product=row.product,
        action=row.action,
        prices=_prices(row),
        values=row.values,
    )


def _prices(row: ItemStepRow) -> Mapping[Period, Sequence[BookedPrice]]:
    found: dict[Period, list[BookedPrice]] = {}
    for price in row.prices:
        booked = BookedPrice(price["cents"], price["currency"], price["is_vat_included"])
        found.setdefault(Period(price["period"]), []).append(booked)
    return found
