"""Questions about invoices: the list of an account, one of them, its lines, and the balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from activities.adapters.billing import balances
from activities.adapters.billing import invoices as bills
from activities.adapters.billing import lines as bill_lines
from activities.adapters.billing.reads import BillingReads, Listed
from activities.adapters.billing.requests import NotThere
from activities.adapters.billing.whole_lists import read_whole
from domain.billing.invoices import Balance, Invoice, Line
from domain.billing.snapshots import SnapshotKind
from services.billing.questions import Question
from storage.billing import invoices
from storage.billing.invoices import StoredInvoice
from storage.billing.snapshots import Subject
from storage.database import Session

_PAGE = 100
_MOST_INVOICES = 5_000
"""Of one account: older ones stay as billing said them before."""
_LINES_PAGE = 500
"""An invoice of thousands of numbers has tens of thousands of lines, and somebody waits."""
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class ToldInvoices:
    """The answer of billing about the invoices of an account, or about one of them."""

    invoices: Sequence[Invoice]
    is_whole: bool
    """None is missing: all were read, and each could be."""


@dataclass(frozen=True, slots=True)
class ToldLines:
    """The lines of an invoice, in billing's order."""

    lines: Sequence[Line]
    is_whole: bool
    """None is missing: all were read, and each could be."""


def of_account(account_id: UUID) -> Question[ToldInvoices]:
    """Ask for all invoices of an account; they are kept one by one."""

    def keep(session: Session, told: ToldInvoices, read_at: datetime) -> None:
        invoices.put(session, account_id, told.invoices, read_at)
        if told.is_whole and told.invoices:  # one without any says nothing of those that are known
            invoices.unlist_others(session, account_id, read_at)

    return Question(
        Subject(account_id, SnapshotKind.INVOICES),
        ToldInvoices,
        lambda reads: _all_invoices(reads, account_id),
        keep=keep,
        brief=_without_invoices,
    )


def of_invoice(stored: StoredInvoice) -> Question[ToldInvoices]:
    """Ask for one invoice; it is kept."""
    account_id, billing_id = stored.account_id, stored.invoice.id

    def ask(reads: BillingReads) -> ToldInvoices:
        found = bills.invoice(reads, account_id, billing_id)
        return ToldInvoices(() if found is None else (found,), is_whole=True)

    def keep(session: Session, told: ToldInvoices, read_at: datetime) -> None:
        if told.invoices:
            invoices.put(session, account_id, told.invoices, read_at)
        else:
            invoices.unlist(session, stored.id, read_at)

    subject = Subject(account_id, SnapshotKind.INVOICE, str(stored.id))
    return Question(subject, ToldInvoices, ask, keep=keep, brief=_without_invoices)


def of_lines(stored: StoredInvoice) -> Question[ToldLines]:
    """Ask for the lines of an invoice."""
    return Question(
        Subject(stored.account_id, SnapshotKind.INVOICE_LINES, str(stored.id)),
        ToldLines,
        lambda reads: _all_lines(reads, stored.invoice.id),
    )


def document_of(stored: StoredInvoice) -> Subject:
    """Return what is asked for where an invoice's document is; it is not kept."""
    return Subject(stored.account_id, SnapshotKind.INVOICE, f"{stored.id}/document")


def of_balance(account_id: UUID) -> Question[Balance]:
    """Ask what an account owes."""
    return Question(
        Subject(account_id, SnapshotKind.BALANCE),
        Balance,
        lambda reads: balances.balance(reads, account_id),
    )


def _without_invoices(told: ToldInvoices) -> ToldInvoices:
    return replace(told, invoices=())


def _all_invoices(reads: BillingReads, account_id: UUID) -> ToldInvoices:
    def page(offset: int, limit: int) -> Listed[Invoice]:
        return bills.invoices(reads, account_id, offset, limit)

    try:
        told = read_whole(page, lambda each: each.id, size=_PAGE, most=_MOST_INVOICES)
    except NotThere:  # billing has not heard of the account yet, and so has no invoices for it
        return ToldInvoices((), is_whole=True)
    return ToldInvoices(told.items, told.is_whole)


def _all_lines(reads: BillingReads, billing_id: str) -> ToldLines:
    def page(offset: int, limit: int) -> Listed[Line]:
        return bill_lines.lines(reads, billing_id, offset, limit)

    # Two lines of one id that say different things are two.
    told = read_whole(page, lambda each: each, size=_LINES_PAGE, most=_MOST_LINES)
    return ToldLines(told.items, told.is_whole)
