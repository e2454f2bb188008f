"""Read and lock payments as they are stored.

A payment is locked after the steps of its process, and before that process itself. Several are
locked in the order of their ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.states import PaymentState
from domain.payments.words import Attention, PaymentOrigin
from storage.database import Connection, Session
from storage.id_prefix import IdPrefix, ids_with_prefix


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """A payment as it was at ``now``, by the database's clock."""

    id: UUID
    process_id: UUID
    account_id: UUID
    owner_id: UUID
    """Of the account, when it was started."""
    invoice_id: UUID
    bill_id: str
    invoice_number: str
    origin: PaymentOrigin
    person_id: UUID | None
    bank: str
    state: PaymentState
    reference: str
    language: Language
    reason: str | None
    attention: Attention | None
    attention_since: datetime | None
    bank_reference: str | None
    booked_key: str | None
    created_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    booked_at: datetime | None
    returned_at: datetime | None
    refunded_at: datetime | None
    ended_at: datetime | None
    version: int
    now: datetime
    amount: Money
    unapplied: Money | None
    """Amount that billing did not need, and returns; None: nothing of it is booked."""

    @property
    def is_under_way(self) -> bool:
        """Return whether no other payment of its invoice is to be started."""
        is_to_be_booked = self.state is PaymentState.SETTLED and self.booked_at is None
        return self.state.is_open or is_to_be_booked

    @property
    def billed_at(self) -> datetime | None:
        """Return when billing had it; None: not yet, or operations ended its booking."""
        return None if self.attention is Attention.NOT_BOOKED else self.booked_at


_FIELDS = tuple(each.name for each in fields(StoredPayment))
COLUMNS = (
    ", ".join(f"y.{name}" for name in _FIELDS[:-3])
    + ", clock_timestamp() AS now, y.amount, y.unapplied, y.currency"
)
"""Columns of the payment ``y``."""
_READ = text(f"SELECT {COLUMNS} FROM payment y WHERE y.id = :id")
_LOCK = text("SELECT FROM payment WHERE id = :id FOR NO KEY UPDATE")
_BY_STAMP = text("SELECT payment_id FROM payment_stamp WHERE stamp = :stamp")
_BY_PROCESS = text("SELECT id FROM payment WHERE process_id = :id")
_UNDER_WAY = text(f"""
SELECT {COLUMNS} FROM payment y
WHERE y.invoice_id = :invoice AND (
    y.state IN ({", ".join(f"'{s}'" for s in PaymentState if s.is_open)})
    OR y.state = '{PaymentState.SETTLED}' AND y.booked_at IS NULL)
ORDER BY y.created_at, y.id FOR NO KEY UPDATE OF y
""")


def read(connection: Connection | Session, payment_id: UUID) -> StoredPayment | None:
    """Read a payment; None: there is none of this id."""
    row = connection.execute(_READ, {"id": payment_id}).one_or_none()
    return None if row is None else stored(row)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return ids of payments that begin so; several: more of it is needed."""
    return ids_with_prefix(connection, "payment", prefix)


def lock(session: Session, payment_id: UUID) -> StoredPayment | None:
    """Lock a payment and return it as it is then; None: there is none."""
    session.execute(_LOCK, {"id": payment_id})
    return read(session, payment_id)


def lock_by_stamp(session: Session, bank: str, stamp: str) -> StoredPayment | None:
    """Lock the payment that was handed to this bank under this stamp; None: there is none."""
    id_ = session.execute(_BY_STAMP, {"stamp": stamp}).scalar_one_or_none()
    found = None if id_ is None else lock(session, id_)
    return found if found is not None and found.bank == bank else None


def of_process(connection: Connection | Session, process_id: UUID) -> UUID | None:
    """Return the payment of this process, unless a later one has it."""
    return connection.execute(_BY_PROCESS, {"id": process_id}).scalar_one_or_none()


def lock_under_way(session: Session, invoice_id: UUID) -> Sequence[StoredPayment]:
    """Lock the payments of an invoice whose money may be on its way, or is not booked."""
    return [stored(row) for row in session.execute(_UNDER_WAY, {"invoice": invoice_id})]


def stored(row: Any) -> StoredPayment:
    """Build a payment from a row with ``COLUMNS``."""
    named = {name: getattr(row, name) for name in _FIELDS}
    named |= {
        "origin": PaymentOrigin(row.origin),
        "state": PaymentState(row.state),
        "language": Language(row.language),
        "attention": None if row.attention is None else Attention(row.attention),
        "amount": Money(row.amount, row.currency),
        "unapplied": None if row.unapplied is None else Money(row.unapplied, row.currency),
    }
    return StoredPayment(**named)
