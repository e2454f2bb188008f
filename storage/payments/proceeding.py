"""Steps of a payment's process in the database: news of the clock, decisions, and its end."""

from uuid import UUID

from domain.audit import Actor, EventKind
from domain.billing.money import Money
from domain.messages.notices import NoticeKind
from domain.payments import reasons
from domain.payments.due import (
    CarryOut,
    Due,
    Over,
    PaymentFacts,
    PaymentRules,
    Wait,
    due,
)
from domain.payments.states import CAN_BE_SENT, PaymentNews
from domain.payments.steps import BOOK, REFUND
from domain.payments.words import Attention, PaymentOrigin
from domain.processes import WaitsFor
from domain.provisioning.steps import StepState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.billing import snapshots
from storage.database import Session
from storage.ops import stuck_items
from storage.payments import learning, notices, payments, processes, rows, wakeups
from storage.payments.learning import ENGINE, Learned
from storage.payments.rows import StoredPayment
from storage.provisioning import step_queries, undoing
from storage.requests import operations

_WITHOUT = frozenset({StepState.SKIPPED, StepState.DROPPED})
_GIVEN_UP = frozenset({StepState.ABORTING, StepState.GIVEN_UP, StepState.UNDONE})


def proceed(session: Session, payment_id: UUID, rules: PaymentRules) -> tuple[StoredPayment, Due]:
    """Do what is due of a payment by itself; returns it as it is then, and what is left to do.

    That is a ``Wait``, a ``CarryOut``, or ``Over``: then its process has ended. Raises LookupError
    where there is no such payment.
    """
    wakeups.see(session, payment_id)
    while True:
        payment = rows.lock(session, payment_id)
        if payment is None:
            raise LookupError("no such payment")
        if _follow_decision(session, payment):
            continue
        found = due(_facts(payment), rules, payment.now)
        match found:
            case PaymentNews():
                learning.learn(session, payment, Learned(found))
            case Attention():
                learning.flag(session, payment, found)
            case Over():
                processes.end(session, payment.id)
                return payment, found
            case Wait():
                waits_for = WaitsFor.BANK if payment.attention is None else WaitsFor.OPERATIONS
                operations.running(session, payment.process_id, waits_for)
                return payment, found
            case CarryOut():
                return payment, found


def _facts(payment: StoredPayment) -> PaymentFacts:
    return PaymentFacts(
        payment.state,
        payment.created_at,
        payment.sent_at,
        payment.accepted_at,
        payment.settled_at,
        is_booked=payment.booked_at is not None,
        is_refundable=payment.booked_key is not None and payment.refunded_at is None,
        attention=payment.attention,
    )


def booked(session: Session, payment: StoredPayment, key: str, unapplied: Money) -> None:
    """Record that billing has a locked payment. What it returns is told. Idempotent."""
    if not payments.booked(session, payment.id, key, unapplied):
        return
    snapshots.drop(session, payment.account_id)
    _cancel_the_unpaid(session, payment)
    facts = {"unapplied": unapplied.text, "currency": unapplied.currency}
    _record(session, EventKind.PAYMENT_BOOKED, payment, facts)
    if unapplied.amount > 0:
        notices.tell(session, payment, NoticeKind.PAYMENT_OVERPAID, actor=ENGINE)
    elif payment.origin is PaymentOrigin.STATEMENT:
        notices.tell(session, payment, NoticeKind.PAYMENT_CAME_OTHERWISE, actor=ENGINE)


def _cancel_the_unpaid(session: Session, booked_one: StoredPayment) -> None:
    """Cancel what was started for the same invoice and nobody has paid: another sum is left now.

    Else the payer would be led to the bank with the old one.
    """
    for each in rows.lock_under_way(session, booked_one.invoice_id):
        if each.id != booked_one.id and each.state in CAN_BE_SENT:
            learning.learn(session, each, Learned(PaymentNews.CANCELLED, reasons.REPLACED))


def refunded(session: Session, payment: StoredPayment) -> None:
    """Record that billing knows that the money of a locked payment was taken back. Idempotent."""
    if payments.refunded(session, payment.id):
        snapshots.drop(session, payment.account_id)
        _record(session, EventKind.PAYMENT_REFUNDED, payment, {})


def close(session: Session, process_id: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # the process's own history has both
    """End a payment's process as it is, and show what is left of it to operations."""
    payment_id = rows.of_process(session, process_id)
    payment = None if payment_id is None else rows.lock(session, payment_id)
    if payment is None or payment.ended_at is not None:
        return
    undoing.drop_unfinished(session, process_id)
    if payment.settled_at is not None and payment.booked_at is None:
        payments.booked(session, payment.id, None, None)
        learning.flag(session, payment, Attention.NOT_BOOKED)
    elif payment.state.is_open:
        learning.flag(session, payment, Attention.PROCESS_ENDED)
    processes.end(session, payment.id)


def _follow_decision(session: Session, payment: StoredPayment) -> bool:
    """Do what operations decided about a step of the payment; True: something changed."""
    if payment.settled_at is not None and payment.booked_at is None:
        return _booking_ended(session, payment)
    if payment.booked_key is not None and payment.refunded_at is None:
        return _refund_ended(session, payment)
    return False


def _booking_ended(session: Session, payment: StoredPayment) -> bool:
    state = _state(session, payment, BOOK)
    if state not in _WITHOUT | _GIVEN_UP:
        return False
    changed = payments.booked(session, payment.id, None, None)
    if state in _GIVEN_UP:
        _drop(session, payment)
        learning.flag(session, payment, Attention.NOT_BOOKED)
    return changed


def _refund_ended(session: Session, payment: StoredPayment) -> bool:
    state = _state(session, payment, REFUND)
    if state not in _WITHOUT | _GIVEN_UP:
        return False
    if state in _GIVEN_UP:
        _drop(session, payment)
    return payments.refunded(session, payment.id)


def _state(session: Session, payment: StoredPayment, action: str) -> StepState | None:
    step = step_queries.find(session, payment.process_id, action)
    return None if step is None else step.state


def _drop(session: Session, payment: StoredPayment) -> None:
    undoing.drop_unfinished(session, payment.process_id)
    stuck_items.end_process(session, payment.process_id, ENGINE)


def _record(
    session: Session, kind: EventKind, payment: StoredPayment, facts: dict[str, str]
) -> None:
    event = NewEvent(
        kind,
        subject_id=payment.id,
        account_id=payment.account_id,
        person_id=payment.person_id,
        after={"invoice_id": str(payment.invoice_id), **facts},
    )
    events.append(session, [event], actor=ENGINE)
