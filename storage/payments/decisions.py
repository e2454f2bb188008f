"""History of what operations decide about payments and entries of statements, and why."""

from uuid import UUID

from domain.audit import Actor, EventKind
from domain.payments.words import EntryDecision, PaymentDecision
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session
from storage.payments.rows import StoredPayment


def of_payment(
    session: Session,
    payment: StoredPayment,
    decision: PaymentDecision,
    *,
    actor: Actor,
    note: str,
) -> None:
    """Record a decision about a payment; beside it stands why."""
    event = NewEvent(
        EventKind.PAYMENT_DECIDED,
        subject_id=payment.id,
        account_id=payment.account_id,
        reason=Reason("decided", "Operations decided about it"),
        after={"decision": decision.value},
    )
    event_notes.append(session, event, note, actor=actor)


def of_entry(
    session: Session,
    entry_id: UUID,
    account_id: UUID | None,
    decision: EntryDecision,
    *,
    actor: Actor,
    note: str,
) -> None:
    """Record a decision about an entry. ``account_id``: of the invoice that it pays."""
    event = NewEvent(
        EventKind.BANK_ENTRY_DECIDED,
        subject_id=entry_id,
        account_id=account_id,
        reason=Reason("decided", "Operations decided about it"),
        after={"decision": decision.value},
    )
    event_notes.append(session, event, note, actor=actor)
