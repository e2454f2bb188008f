"""Writer and reader of ``invoice``: the heads of invoices, as billing said them last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, TextClause, text

from domain.billing.invoices import Invoice, Settlement
from domain.billing.money import Money
from storage.database import Connection, Session

Place = tuple[date, UUID]
"""Place of an invoice in the list of its account: its day and its id."""

_COLUMNS = """
id, account_id, billing_id, number, category, bill_state, issued_on, due_on, period_start,
period_through, currency, total, left_amount, payment_reference, has_document, details, read_at
"""
# A bill stays its account's: billing that names another one is not believed.
_PUT = text("""
INSERT INTO invoice AS i (id, account_id, billing_id, number, category, bill_state, settlement,
    issued_on, due_on, period_start, period_through, currency, total, left_amount,
    payment_reference, has_document, details, read_at, is_listed)
SELECT gen_random_uuid(), :account, n.billing_id, n.number, n.category, n.bill_state, n.settlement,
    n.issued_on, n.due_on, n.period_start, n.period_through, n.currency, n.total, n.left_amount,
    n.payment_reference, n.has_document, n.details, :read_at, true
FROM jsonb_to_recordset(CAST(:invoices AS jsonb)) AS n(
    billing_id text, number text, category text, bill_state text, settlement text, issued_on date,
    due_on date, period_start date, period_through date, currency text, total numeric,
    left_amount numeric, payment_reference text, has_document boolean, details jsonb)
ORDER BY n.billing_id
ON CONFLICT (billing_id) DO UPDATE SET
    number = excluded.number, category = excluded.category, bill_state = excluded.bill_state,
    settlement = excluded.settlement, issued_on = excluded.issued_on, due_on = excluded.due_on,
    period_start = excluded.period_start, period_through = excluded.period_through,
    currency = excluded.currency, total = excluded.total, left_amount = excluded.left_amount,
    payment_reference = excluded.payment_reference, has_document = excluded.has_document,
    details = excluded.details, read_at = excluded.read_at, is_listed = true
WHERE i.account_id = excluded.account_id AND i.read_at <= excluded.read_at
""")
_GONE = text("""
UPDATE invoice SET is_listed = false
WHERE account_id = :account AND is_listed AND read_at < :read_at
""")
_GONE_ONE = text("""
UPDATE invoice SET is_listed = false WHERE id = :id AND read_at <= :read_at
""")
_PAGE = """
SELECT {columns} FROM invoice
WHERE account_id = :account AND is_listed {narrowed}
  AND (CAST(:since AS date) IS NULL
      OR (issued_on >= :since AND COALESCE(period_through >= :since, true)))
  AND (CAST(:day AS date) IS NULL OR (issued_on, id) < (:day, CAST(:id AS uuid)))
ORDER BY issued_on DESC, id DESC LIMIT :limit
"""


def _page_of(settlement: Settlement | None) -> TextClause:
    narrowed = "" if settlement is None else f"AND settlement = '{settlement}'"
    return text(_PAGE.format(columns=_COLUMNS, narrowed=narrowed))


_PAGES = {each: _page_of(each) for each in (None, *Settlement)}
_FIND = text(f"SELECT {_COLUMNS} FROM invoice WHERE id = :id AND is_listed")
_BY_REFERENCE = text(f"""
SELECT {_COLUMNS} FROM invoice WHERE payment_reference = :reference AND is_listed
ORDER BY issued_on, id
""")
_NUMBERED = text("SELECT id FROM invoice WHERE number = :number AND is_listed ORDER BY id")


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice as billing said it last, under an id of ours."""

    id: UUID
    account_id: UUID
    invoice: Invoice
    read_at: datetime


def put(session: Session, account_id: UUID, invoices: Sequence[Invoice], read_at: datetime) -> None:
    """Keep what billing says of these invoices; what was asked for later stays. Idempotent."""
    if invoices:
        written = json.dumps([_written(each) for each in invoices])
        kept = {"account": account_id, "invoices": written, "read_at": read_at}
        session.execute(_PUT, kept)


def unlist_others(session: Session, account_id: UUID, read_at: datetime) -> None:
    """Show those of an account no more that billing's whole list of this moment does not have."""
    session.execute(_GONE, {"account": account_id, "read_at": read_at})


def unlist(session: Session, invoice_id: UUID, read_at: datetime) -> None:
    """Show an invoice no more that billing does not have, or has not issued."""
    session.execute(_GONE_ONE, {"id": invoice_id, "read_at": read_at})


def page_of(
    connection: Connection,
    account_id: UUID,
    *,
    settlement: Settlement | None,
    since: date | None,
    before: Place | None,
    limit: int,
) -> list[StoredInvoice]:
    """Return up to ``limit`` invoices of an account, the newest first.

    ``settlement``: None: any. ``since``: issued on this day or later, and about it or later;
    None: whenever.
    """
    day, id_ = before or (None, None)
    asked = {"account": account_id, "since": since, "day": day, "id": id_, "limit": limit}
    return [_stored(row) for row in connection.execute(_PAGES[settlement], asked)]


def find(connection: Connection, invoice_id: UUID) -> StoredInvoice | None:
    """Return the invoice with this id of ours; None: there is none that billing still has."""
    row = connection.execute(_FIND, {"id": invoice_id}).one_or_none()
    return None if row is None else _stored(row)


def by_reference(connection: Connection, reference: str) -> list[StoredInvoice]:
    """Return the invoices with this reference number, of any account, the oldest first."""
    rows = connection.execute(_BY_REFERENCE, {"reference": reference})
    return [_stored(row) for row in rows]


def numbered(connection: Connection, number: str) -> list[UUID]:
    """Return the ids of the invoices with this number, of any account."""
    return list(connection.execute(_NUMBERED, {"number": number}).scalars())


_DETAILS = ("net", "vat", "paid", "pay_to")


def _written(invoice: Invoice) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(invoice)
    period = body["period"] or {}
    return {
        "billing_id": body["id"],
        "number": body["number"],
        "category": body["category"],
        "bill_state": body["state"],
        "settlement": invoice.settlement,
        "issued_on": body["issued_on"],
        "due_on": body["due_on"],
        "period_start": period.get("start"),
        "period_through": period.get("through"),
        "currency": invoice.total.currency,
        "total": invoice.total.text,
        "left_amount": invoice.left.text,
        "payment_reference": body["payment_reference"],
        "has_document": body["has_document"],
        "details": {name: body[name] for name in _DETAILS},
    }


def _stored(row: Row[Any]) -> StoredInvoice:
    period = None
    if row.period_start is not None:
        period = {"start": row.period_start, "through": row.period_through}
    body = {
        "id": row.billing_id,
        "number": row.number,
        "category": row.category,
        "state": row.bill_state,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "period": period,
        "total": Money(row.total, row.currency),
        "left": Money(row.left_amount, row.currency),
        "payment_reference": row.payment_reference,
        "has_document": row.has_document,
        **row.details,
    }
    return StoredInvoice(row.id, row.account_id, msgspec.convert(body, Invoice), row.read_at)
