"""Takes the entries of a bank's statement in: each once, however often the statement is read."""

from dataclasses import replace
from uuid import UUID, uuid4

from domain.audit import EventKind
from domain.payments.matching import Beside, Fits, match
from domain.payments.orders import Entry, Statement
from domain.payments.states import PaymentNews
from domain.payments.words import EntryFault, PaymentOrigin
from storage.audit import events
from storage.audit.events import NewEvent
from storage.billing import snapshots
from storage.database import Session
from storage.payments import entries, learning, payments, rows
from storage.payments.learning import ENGINE, Learned
from storage.payments.payments import NewPayment, PaidInvoice
from storage.payments.rows import StoredPayment


def take_statement(session: Session, bank: str, statement: Statement) -> int:
    """Take a statement in, and record that it was read; returns how many entries were new.

    One transaction: what it settles, and the place where the next reading goes on, are one.
    """
    new = sum(_take(session, bank, statement.id, entry) for entry in statement.entries)
    entries.statement_read(session, bank, statement, new)
    return new


def _take(session: Session, bank: str, statement_id: str, entry: Entry) -> bool:
    maybe_known = entries.may_be_known(session, bank, statement_id, entry)
    id_ = entries.insert(session, bank, statement_id, entry)
    if id_ is None:
        if entries.is_same(session, bank, entry):
            return False
        # A bank that gives two lines one number: neither is dropped, and no guess is made.
        maybe_known = True
        other = replace(entry, bank_reference=f"{entry.bank_reference}/{statement_id}")
        id_ = entries.insert(session, bank, statement_id, other)
        if id_ is None:
            return False
    fault = EntryFault.MAYBE_KNOWN if maybe_known else _understood(session, bank, id_, entry)
    if fault is not None:
        entries.unmatched(session, id_, fault)
        event = NewEvent(
            EventKind.BANK_ENTRY_UNMATCHED, subject_id=id_, after={"fault": fault.value}
        )
        events.append(session, [event], actor=ENGINE)
    return True


def _understood(session: Session, bank: str, id_: UUID, entry: Entry) -> EntryFault | None:
    take = _taken_back if entry.is_return else _came
    return take(session, bank, id_, entry)


def _taken_back(session: Session, bank: str, id_: UUID, entry: Entry) -> EntryFault | None:
    payment_id = entries.returned_payment(session, bank, entry)
    payment = None if payment_id is None else rows.lock(session, payment_id)
    if payment is None:
        return EntryFault.UNKNOWN_RETURN
    if not learning.learn(session, payment, Learned(PaymentNews.TAKEN_BACK)):
        return EntryFault.UNKNOWN_RETURN
    entries.matched(session, id_, payment.id)
    return None


def _came(session: Session, bank: str, id_: UUID, entry: Entry) -> EntryFault | None:
    found = entries.lock_candidates(session, entry.reference) if entry.reference else ()
    of = match(entry, bank, found)
    if isinstance(of, EntryFault):
        return of
    payment = rows.read(session, of.payment_id)
    if payment is None:
        return EntryFault.UNKNOWN_REFERENCE
    match of:
        case Fits():
            learning.learn(session, payment, Learned(PaymentNews.CREDITED))
            entries.matched(session, id_, payment.id)
        case Beside():
            beside(session, bank, id_, entry, payment)
    return None


def beside(session: Session, bank: str, entry_id: UUID, entry: Entry, like: StoredPayment) -> None:
    """Make a payment of money that came for the invoice of another one: all of it is booked."""
    invoice = PaidInvoice(
        like.invoice_id, like.account_id, like.bill_id, like.invoice_number, like.reference
    )
    new = NewPayment(uuid4(), invoice, bank, entry.amount, like.language, PaymentOrigin.STATEMENT)
    settle_entry(session, entry_id, new)


def settle_entry(session: Session, entry_id: UUID, new: NewPayment) -> None:
    """Record a payment of a locked entry, which is there without having been started."""
    payments.insert(session, new)
    payment = rows.lock(session, new.id)
    if payment is None:
        raise LookupError("just inserted")
    entries.matched(session, entry_id, payment.id)
    learning.started(session, payment, actor=ENGINE)
    snapshots.drop(session, payment.account_id)
