"""Readings of banks' statements: requested, counted, ended. One is open at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.operations import OperationState
from domain.processes import ProcessType, WaitsFor
from domain.reasons import Reason
from storage import locks
from storage.database import Connection, Session
from storage.locks import Purpose
from storage.requests import operations
from storage.requests.operations import Subject

_OPEN = text("""
SELECT id FROM operation WHERE kind = :kind AND state IN ('pending', 'running') LIMIT 1
""")
_STATE = text("SELECT state FROM operation WHERE id = :id FOR UPDATE")
# One reading is open at a time.
_COUNTED = text("""
SELECT count(*) FROM bank_entry e JOIN operation o ON o.id = :id WHERE e.received_at >= o.created_at
""")
_LAST = text("""
SELECT state, updated_at, error FROM operation WHERE kind = :kind ORDER BY created_at DESC LIMIT 1
""")


class Unread(NamedTuple):
    """A bank whose statements were not read to their end, and why."""

    bank: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class LastReading:
    """The reading that was requested last."""

    state: OperationState
    at: datetime
    """When it came to this state."""
    unread: Sequence[Unread]


def last(connection: Connection) -> LastReading | None:
    """Return the reading that was requested last; None: there was none."""
    row = connection.execute(_LAST, {"kind": ProcessType.BANK_STATEMENT}).one_or_none()
    if row is None:
        return None
    banks = (row.error or {}).get("facts", {}).get("banks", [])
    unread = [Unread(each["bank"], each["code"], each.get("detail", "")) for each in banks]
    return LastReading(OperationState(row.state), row.updated_at, unread)


def request(session: Session, operation_id: UUID, actor: Actor) -> UUID:
    """Request a reading, unless one is open; returns the id of the one that is. Idempotent."""
    locks.lock(session, Purpose.BANK_STATEMENT)
    found = session.execute(_OPEN, {"kind": ProcessType.BANK_STATEMENT}).scalar_one_or_none()
    if found is not None:
        return UUID(str(found))
    about = Subject(asked={"by": actor.as_json()})
    operations.request(session, operation_id, ProcessType.BANK_STATEMENT, None, about)
    return operation_id


def open_(session: Session, operation_id: UUID) -> bool:
    """Begin a reading; False: it has ended. Idempotent."""
    state = session.execute(_STATE, {"id": operation_id}).scalar_one()
    if OperationState(state).has_ended:
        return False
    operations.running(session, operation_id, WaitsFor.BANK)
    return True


def end(session: Session, operation_id: UUID, unread: Sequence[Mapping[str, str]]) -> None:
    """End a reading with the number of new entries; failed where banks are left. Idempotent.

    ``unread``: of each bank that is left ``bank``, ``code`` and ``detail``.
    """
    if unread:
        why = Reason(
            "statements_unread",
            "Statements of some banks could not be read to their end",
            {"banks": list(unread)},
        )
        operations.failed(session, operation_id, why)
        return
    new = session.execute(_COUNTED, {"id": operation_id}).scalar_one()
    operations.succeeded(session, operation_id, {"new_entries": new})
