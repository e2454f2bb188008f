"""Lists of entries of banks' statements, and of statements that were read."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.billing.money import Money
from domain.payments.words import EntryFault, EntryState
from storage.database import Connection, Session
from storage.id_prefix import IdPrefix, ids_with_prefix

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry of a bank's statement, as it is kept."""

    id: UUID
    bank: str
    bank_reference: str
    statement_id: str
    reference: str | None
    booked_on: date
    is_return: bool
    payer_name: str | None
    state: EntryState
    fault: EntryFault | None
    payment_id: UUID | None
    received_at: datetime
    decided_at: datetime | None
    amount: Money


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement that was read to its end."""

    bank: str
    id: str
    entries: int
    new_entries: int
    read_at: datetime


_COLUMNS = ", ".join(f"e.{each.name}" for each in fields(StoredEntry)) + ", e.currency"
_PAGE = text(f"""
SELECT {_COLUMNS} FROM bank_entry e
WHERE (CAST(:state AS text) IS NULL OR e.state = :state)
    AND (CAST(:bank AS text) IS NULL OR e.bank = :bank)
    AND (CAST(:at AS timestamptz) IS NULL OR (e.received_at, e.id) > (:at, CAST(:id AS uuid)))
ORDER BY e.received_at, e.id LIMIT :limit
""")
_OF_PAYMENT = text(f"""
SELECT {_COLUMNS} FROM bank_entry e WHERE e.payment_id = :payment ORDER BY e.received_at, e.id
""")
_MONEY_OF = text(f"""
SELECT {_COLUMNS} FROM bank_entry e WHERE e.payment_id = :payment AND NOT e.is_return
ORDER BY e.received_at, e.id LIMIT 1
""")
_ONE = f"SELECT {_COLUMNS} FROM bank_entry e WHERE e.id = :id"
_STATEMENTS = text("""
SELECT bank, statement_id, entries, new_entries, read_at FROM bank_statement
ORDER BY place DESC LIMIT :limit
""")


def page(
    connection: Connection,
    *,
    state: EntryState | None,
    bank: str | None,
    after: Place | None,
    limit: int,
) -> Sequence[StoredEntry]:
    """Return up to ``limit`` entries, the one that came first comes first."""
    at, id_ = after or (None, None)
    asked = {"state": state, "bank": bank, "at": at, "id": id_, "limit": limit}
    return [_stored(row) for row in connection.execute(_PAGE, asked)]


def of_payment(connection: Connection, payment_id: UUID) -> Sequence[StoredEntry]:
    """Return the entries of a payment."""
    return [_stored(row) for row in connection.execute(_OF_PAYMENT, {"payment": payment_id})]


def money_of(connection: Connection | Session, payment_id: UUID) -> StoredEntry | None:
    """Return the entry that is the money of a payment; None: no statement has it (yet)."""
    row = connection.execute(_MONEY_OF, {"payment": payment_id}).one_or_none()
    return None if row is None else _stored(row)


def read(connection: Connection | Session, entry_id: UUID) -> StoredEntry | None:
    """Read an entry; None: there is none."""
    row = connection.execute(text(_ONE), {"id": entry_id}).one_or_none()
    return None if row is None else _stored(row)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return ids of entries that begin so; several: more of it is needed."""
    return ids_with_prefix(connection, "bank_entry", prefix)


def lock(session: Session, entry_id: UUID) -> StoredEntry | None:
    """Lock an entry and return it as it is then; None: there is none."""
    locked = text(_ONE + " FOR NO KEY UPDATE")
    row = session.execute(locked, {"id": entry_id}).one_or_none()
    return None if row is None else _stored(row)


def statements(connection: Connection, *, limit: int) -> Sequence[ReadStatement]:
    """Return the statements that were read last, the last one first."""
    return [ReadStatement(*row) for row in connection.execute(_STATEMENTS, {"limit": limit})]


def _stored(row: Any) -> StoredEntry:
    named = {each.name: getattr(row, each.name) for each in fields(StoredEntry)}
    named |= {
        "state": EntryState(row.state),
        "fault": None if row.fault is None else EntryFault(row.fault),
        "amount": Money(row.amount, row.currency),
    }
    return StoredEntry(**named)
