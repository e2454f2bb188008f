"""Use cases of readers: the invoices of an account, one of them, its lines and its document."""

from datetime import date
from uuid import UUID

from activities.adapters.billing import invoices as bills
from activities.adapters.billing.reads import BillingReads
from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.billing.invoices import Settlement
from domain.billing.snapshots import Known
from domain.days import day_of
from services.billing import invoice_questions as questions
from services.billing.invoice_questions import ToldInvoices
from services.billing.reader import BillingReader
from services.billing.shown_invoices import (
    ShownDocument,
    ShownInvoice,
    ShownInvoices,
    ShownLines,
    shown_on,
)
from services.billing.sight import SightOf, require
from services.engine import Engine
from services.errors import NotFound
from storage.accounts import service_queries
from storage.audit import event_queries
from storage.billing import invoices
from storage.billing.invoices import Place, StoredInvoice
from storage.database import Connection, now
from storage.payments import payment_queries


async def list_invoices(
    engine: Engine,
    billing: BillingReader,
    account_id: UUID,
    sight_of: SightOf,
    *,
    settlement: Settlement | None,
    before: Place | None,
    limit: int,
) -> Known[ShownInvoices]:
    """Return a page of an account's invoices, the newest first. None: of any settlement.

    Needs `invoice:view` on the account. Raises NotFound, BillingUnavailable.
    """
    await engine.read(lambda connection: _seen(connection, account_id, sight_of))
    known = await billing.read(questions.of_account(account_id))

    def read(connection: Connection) -> ShownInvoices:
        sight = _seen(connection, account_id, sight_of)
        found = invoices.page_of(
            connection,
            account_id,
            settlement=settlement,
            since=_since(connection, account_id, sight, billing),
            before=before,
            limit=limit,
        )
        today = _today(connection, billing)
        payments = payment_queries.under_way_of(connection, [each.id for each in found])
        shown = [shown_on(each, sight, today, payments.get(each.id)) for each in found]
        return ShownInvoices(shown, known.value.is_whole)

    return Known(await engine.read(read), known.read_at, known.stale)


async def read_invoice(
    engine: Engine, billing: BillingReader, invoice_id: UUID, sight_of: SightOf
) -> Known[ShownInvoice]:
    """Return an invoice as billing says it now. Raises NotFound, BillingUnavailable.

    Needs `invoice:view` on its account.
    """
    stored, _ = await find_seen(engine, billing, invoice_id, sight_of)
    known = await _asked_again(billing, stored)

    def read(connection: Connection) -> ShownInvoice:
        found, sight = _seen_invoice(connection, billing, invoice_id, sight_of)
        payments = payment_queries.under_way_of(connection, [found.id])
        return shown_on(found, sight, _today(connection, billing), payments.get(found.id))

    return Known(await engine.read(read), known.read_at, known.stale)


async def read_lines(
    engine: Engine, billing: BillingReader, invoice_id: UUID, sight_of: SightOf
) -> Known[ShownLines]:
    """Return the lines of an invoice. Raises NotFound, BillingUnavailable.

    Needs `invoice:view` on its account. Whoever sees an invoice sees the numbers that are on it.
    """
    stored, _ = await find_seen(engine, billing, invoice_id, sight_of)
    known = await billing.read(questions.of_lines(stored))
    lines = known.value.lines

    def read(connection: Connection) -> ShownLines:
        _seen_invoice(connection, billing, invoice_id, sight_of)
        ids = {each.service_id for each in lines if each.service_id is not None}
        found = service_queries.labels(connection, [stored.account_id], ids)
        labels = {id_: each.label(with_number=True) for id_, each in found.items()}
        return ShownLines(stored.account_id, lines, labels, known.value.is_whole)

    return Known(await engine.read(read), known.read_at, known.stale)


async def read_document(
    engine: Engine, billing: BillingReader, invoice_id: UUID, sight_of: SightOf
) -> ShownDocument:
    """Return the PDF of an invoice. Raises NotFound, BillingUnavailable.

    Needs `invoice:view` on its account. Documents are never kept here.
    """
    stored, _ = await find_seen(engine, billing, invoice_id, sight_of)
    if not stored.invoice.has_document:
        raise NotFound

    def ask(reads: BillingReads) -> bytes:
        return bills.document(reads, stored.invoice.id)

    content = await billing.ask_now(questions.document_of(stored), ask)
    await engine.read(lambda each: _seen_invoice(each, billing, invoice_id, sight_of))
    return ShownDocument(stored.account_id, content)


async def _asked_again(billing: BillingReader, stored: StoredInvoice) -> Known[ToldInvoices]:
    """Ask for one invoice; what is known of it from its account's list is as good."""
    listed = Known(ToldInvoices((stored.invoice,), is_whole=True), stored.read_at)
    return await billing.read(questions.of_invoice(stored), listed)


async def find_seen(
    engine: Engine, billing: BillingReader, invoice_id: UUID, sight_of: SightOf
) -> tuple[StoredInvoice, Sight]:
    """Return an invoice as billing said it last, and what the caller sees of its account.

    Needs `invoice:view` on it. Raises NotFound.
    """
    return await engine.read(lambda each: _seen_invoice(each, billing, invoice_id, sight_of))


def _seen(connection: Connection, account_id: UUID, sight_of: SightOf) -> Sight:
    return require(connection, account_id, sight_of, Permission.INVOICE_VIEW)


def _seen_invoice(
    connection: Connection, billing: BillingReader, invoice_id: UUID, sight_of: SightOf
) -> tuple[StoredInvoice, Sight]:
    found = invoices.find(connection, invoice_id)
    if found is None:
        raise NotFound
    sight = _seen(connection, found.account_id, sight_of)
    since = _since(connection, found.account_id, sight, billing)
    if since is not None and not found.invoice.is_since(since):
        raise NotFound
    return found, sight


def _since(
    connection: Connection, account_id: UUID, sight: Sight, billing: BillingReader
) -> date | None:
    """The day from which on invoices are those of the account's present owner; None: all are."""
    if sight.held is None:
        return None
    since = event_queries.owned_since(connection, account_id)
    return None if since is None else day_of(since, billing.zone)


def _today(connection: Connection, billing: BillingReader) -> date:
    return day_of(now(connection), billing.zone)
