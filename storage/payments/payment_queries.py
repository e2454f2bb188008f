"""Lists of payments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.payments.orders import Difference
from domain.payments.states import CAN_BE_SENT, PaymentState
from domain.payments.words import Attention
from storage.database import Connection
from storage.payments.rows import COLUMNS, StoredPayment, stored

Place = tuple[datetime, UUID]
"""Place of a payment in its list: a moment and its id."""

_OF_INVOICE = text(f"""
SELECT {COLUMNS} FROM payment y WHERE y.invoice_id = :invoice
    AND (:of_all OR y.owner_id = (
        SELECT COALESCE(a.company_id, a.person_id) FROM account a WHERE a.id = y.account_id))
    AND (CAST(:at AS timestamptz) IS NULL OR (y.created_at, y.id) < (:at, CAST(:id AS uuid)))
ORDER BY y.created_at DESC, y.id DESC LIMIT :limit
""")
_CAN_BE_SENT = ", ".join(f"'{s}'" for s in PaymentState if s in CAN_BE_SENT)
# Money that may be on its way comes before what nobody has paid.
_UNDER_WAY = text(f"""
SELECT DISTINCT ON (y.invoice_id) y.invoice_id, y.id, y.state FROM payment y
WHERE y.invoice_id = ANY(:invoices) AND (
    y.state IN ({", ".join(f"'{s}'" for s in PaymentState if s.is_open)})
    OR y.state = '{PaymentState.SETTLED}' AND y.booked_at IS NULL)
ORDER BY y.invoice_id, y.state IN ({_CAN_BE_SENT}), y.created_at DESC, y.id DESC
""")
_FILTERS = """
    (CAST(:state AS text) IS NULL OR y.state = :state)
    AND (CAST(:bank AS text) IS NULL OR y.bank = :bank)
    AND (CAST(:account AS uuid) IS NULL OR y.account_id = :account)"""
_DIFFERS = text("""
SELECT reason #> '{facts,differs}' FROM event
WHERE subject_id = :id AND kind IN ('payment:changed', 'payment:flagged')
    AND reason #> '{facts,differs}' IS NOT NULL
ORDER BY id DESC LIMIT 1
""")
_ALL = text(f"""
SELECT {COLUMNS} FROM payment y WHERE {_FILTERS}
    AND (CAST(:at AS timestamptz) IS NULL OR (y.created_at, y.id) < (:at, CAST(:id AS uuid)))
ORDER BY y.created_at DESC, y.id DESC LIMIT :limit
""")
_FLAGGED = text(f"""
SELECT {COLUMNS} FROM payment y WHERE y.attention IS NOT NULL AND {_FILTERS}
    AND (CAST(:attention AS text) IS NULL OR y.attention = :attention)
    AND (CAST(:at AS timestamptz) IS NULL OR (y.attention_since, y.id) > (:at, CAST(:id AS uuid)))
ORDER BY y.attention_since, y.id LIMIT :limit
""")


class UnderWay(NamedTuple):
    """The payment of an invoice that is on its way."""

    id: UUID
    state: PaymentState


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Conditions of the payments to list; None: any."""

    needs_decision: bool = True
    """Only those that a person is to look at, the one that waits longest first."""
    attention: Attention | None = None
    """Only those with this cause."""
    state: PaymentState | None = None
    bank: str | None = None
    account_id: UUID | None = None


def of_invoice(
    connection: Connection,
    invoice_id: UUID,
    *,
    of_all: bool,
    before: Place | None,
    limit: int,
) -> Sequence[StoredPayment]:
    """Return up to ``limit`` payments of an invoice, the newest first.

    ``of_all``: of earlier owners of the account, too, not only of the one that it has.
    """
    at, id_ = before or (None, None)
    asked = {"invoice": invoice_id, "of_all": of_all, "at": at, "id": id_, "limit": limit}
    return [stored(row) for row in connection.execute(_OF_INVOICE, asked)]


def under_way_of(connection: Connection, invoice_ids: Collection[UUID]) -> Mapping[UUID, UnderWay]:
    """Return the payment under way of each invoice that has one: the one that a click shows."""
    rows = connection.execute(_UNDER_WAY, {"invoices": list(invoice_ids)})
    return {row.invoice_id: UnderWay(row.id, PaymentState(row.state)) for row in rows}


def page(
    connection: Connection, which: PaymentFilter, *, place: Place | None, limit: int
) -> Sequence[StoredPayment]:
    """Return up to ``limit`` payments after this place."""
    at, id_ = place or (None, None)
    asked = {
        "state": which.state,
        "bank": which.bank,
        "account": which.account_id,
        "attention": which.attention,
        "at": at,
        "id": id_,
        "limit": limit,
    }
    statement = _FLAGGED if which.needs_decision else _ALL
    return [stored(row) for row in connection.execute(statement, asked)]


def place_of(payment: StoredPayment, which: PaymentFilter) -> Place:
    """Return where a payment stands in such a list."""
    if which.needs_decision and payment.attention_since is not None:
        return payment.attention_since, payment.id
    return payment.created_at, payment.id


def differs(connection: Connection, payment_id: UUID) -> list[Difference]:
    """Return what the bank's word last said otherwise than was sent; empty: nothing is known."""
    found = connection.execute(_DIFFERS, {"id": payment_id}).scalar_one_or_none()
    return [Difference(each) for each in found or ()]
