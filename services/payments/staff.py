"""Use cases of staff: decide about payments and about entries of statements that fit none."""

from uuid import UUID, uuid4

from domain.audit import Actor
from domain.numbers.sms_texts import Language
from domain.payments.states import PaymentNews, after
from domain.payments.words import (
    Attention,
    EntryDecision,
    EntryState,
    PaymentDecision,
    PaymentOrigin,
)
from services.errors import NotFound, Refused
from storage.billing import invoices
from storage.database import Database, Session, unless_deadlocked
from storage.payments import decisions as decisions_made
from storage.payments import entries, entry_queries, learning, payments, rows, taking
from storage.payments.entry_queries import StoredEntry
from storage.payments.learning import Learned
from storage.payments.payments import NewPayment, PaidInvoice
from storage.payments.rows import StoredPayment

_NEWS = {
    PaymentDecision.TAKE_AS_PAID: PaymentNews.DECIDED_PAID,
    PaymentDecision.REFUSE: PaymentNews.DECIDED_UNPAID,
    PaymentDecision.RELEASE: PaymentNews.DECIDED_ELSEWHERE,
}


def decide(
    database: Database, payment_id: UUID, decision: PaymentDecision, *, actor: Actor, note: str
) -> StoredPayment:
    """Decide about a payment. Repeating it changes nothing, and is refused.

    Raises:
        NotFound: There is no such payment.
        Refused: ``payment_not_decidable``: it is not in a state for this decision.
    """

    def carry_out() -> StoredPayment:
        with database.transaction() as session:
            payment = rows.lock(session, payment_id)
            if payment is None:
                raise NotFound
            _decide(session, payment, decision, actor)
            decisions_made.of_payment(session, payment, decision, actor=actor, note=note)
            return rows.read(session, payment_id) or payment

    return unless_deadlocked(carry_out)


def decisions(payment: StoredPayment) -> list[PaymentDecision]:
    """Return what can be decided about a payment."""
    return [each for each in PaymentDecision if _is_possible(payment, each)]


def _is_possible(payment: StoredPayment, decision: PaymentDecision) -> bool:
    if decision is PaymentDecision.SEEN:
        # What is still open needs an answer, not a look.
        return payment.attention is not None and not payment.state.is_open
    if decision is PaymentDecision.RELEASE and payment.attention is not Attention.NOT_BOOKED:
        return False  # billing has it, or will
    return after(payment.state, _NEWS[decision]) is not payment.state


def _decide(
    session: Session, payment: StoredPayment, decision: PaymentDecision, actor: Actor
) -> None:
    if not _is_possible(payment, decision):
        raise Refused("payment_not_decidable")
    if decision is PaymentDecision.SEEN:
        payments.flag(session, payment.id, None)
    else:
        learning.learn(session, payment, Learned(_NEWS[decision]), actor=actor)
    if decision is PaymentDecision.RELEASE:
        payments.never_came(session, payment.id)
        entries.release(session, payment.id)


def decide_entry(
    database: Database,
    entry_id: UUID,
    decision: EntryDecision,
    invoice_id: UUID | None,
    *,
    actor: Actor,
    note: str,
) -> StoredEntry:
    """Decide about an entry of a statement that is no payment's.

    Raises:
        NotFound: There is no such entry.
        Refused: ``entry_not_decidable``: it is a payment's, was decided about, takes money back, or
            is in another currency than the invoice; ``invoice_unknown``: there is no such invoice.
    """

    def carry_out() -> StoredEntry:
        with database.transaction() as session:
            entry = entry_queries.lock(session, entry_id)
            if entry is None:
                raise NotFound
            if entry.state is not EntryState.UNMATCHED:
                raise Refused("entry_not_decidable")
            account_id = None
            if decision is EntryDecision.ALLOCATE:
                account_id = _allocate(session, entry, invoice_id, actor)
            else:
                entries.decide(session, entry_id, EntryState.IGNORED, None, by=actor.id)
            decisions_made.of_entry(session, entry_id, account_id, decision, actor=actor, note=note)
            return entry_queries.read(session, entry_id) or entry

    return unless_deadlocked(carry_out)


def _allocate(session: Session, entry: StoredEntry, invoice_id: UUID | None, actor: Actor) -> UUID:
    """Make a payment of an entry: it is booked on this invoice. Returns the account."""
    if entry.is_return:
        raise Refused("entry_not_decidable")
    stored = None if invoice_id is None else invoices.find(session.connection(), invoice_id)
    if stored is None:
        raise Refused("invoice_unknown")
    if stored.invoice.total.currency != entry.amount.currency:
        raise Refused("entry_not_decidable")
    invoice = PaidInvoice(
        stored.id,
        stored.account_id,
        stored.invoice.id,
        stored.invoice.number,
        stored.invoice.payment_reference or entry.reference or "",
    )
    new = NewPayment(
        uuid4(), invoice, entry.bank, entry.amount, Language.ESTONIAN, PaymentOrigin.OPERATIONS
    )
    entries.decide(session, entry.id, EntryState.UNMATCHED, None, by=actor.id)
    taking.settle_entry(session, entry.id, new)
    return stored.account_id
