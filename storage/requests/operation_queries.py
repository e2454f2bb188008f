"""Reads operations: one as it stands, and what its workflow is started from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from domain.operations import OperationState
from domain.processes import ProcessType, WaitsFor
from domain.provisioning.undoing import UndoReason
from domain.reasons import Reason
from storage.id_prefix import IdPrefix, ids_with_prefix

READ = """
SELECT o.id, o.kind, o.state, o.person_id, o.account_id, o.subject_id, o.asked, o.progress,
       p.waits_for, o.result, o.error, o.created_at, o.updated_at, (
           SELECT s.undo_reason FROM step s
           WHERE s.process_id = o.id AND s.undoes IS NULL AND o.state IN ('pending', 'running')
               AND s.undo_reason IN ('aborted', 'cancelled') LIMIT 1) AS undo_reason,
       (SELECT g.verification_code FROM contract_signing g WHERE g.id = o.id) AS verification_code
FROM operation o LEFT JOIN process p ON p.id = o.id WHERE o.id = :id
"""
"""SQL that reads one operation, and what its process waits for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Number of items that are done, and of all items."""

    done: int
    total: int | None
    """None: it is not known before the end."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it stands."""

    id: UUID
    kind: ProcessType
    state: OperationState
    person_id: UUID | None
    """The person who may read it, besides staff."""
    account_id: UUID | None
    subject_id: UUID | None
    """The service it concerns."""
    progress: Progress | None
    """None: it is not counted in items."""
    waits_for: WaitsFor | None
    result: Mapping[str, Any] | None
    """The form depends on ``kind``."""
    error: Reason | None
    """Why it failed or was cancelled."""
    undo_reason: UndoReason | None
    """Why what it did is being undone; None: it is not."""
    verification_code: str | None
    """While a phone asks for a signature: the code that it must show."""
    created_at: datetime
    updated_at: datetime


def read(connection: Connection, operation_id: UUID) -> Operation | None:
    """Return the operation with this id, None where there is none."""
    row = connection.execute(text(READ), {"id": operation_id}).one_or_none()
    if row is None:
        return None
    return Operation(
        id=row.id,
        kind=ProcessType(row.kind),
        state=OperationState(row.state),
        person_id=row.person_id,
        account_id=row.account_id,
        subject_id=row.subject_id,
        progress=Progress(**row.progress) if row.progress else None,
        waits_for=WaitsFor(row.waits_for) if row.waits_for else None,
        result=row.result,
        error=Reason.from_json(row.error) if row.error else None,
        undo_reason=row.undo_reason and UndoReason(row.undo_reason),
        verification_code=row.verification_code,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def get(connection: Connection, operation_id: UUID) -> Operation:
    """Return the operation with this id. Raises LookupError where there is none."""
    found = read(connection, operation_id)
    if found is None:
        raise LookupError(operation_id)
    return found


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Up to five operations whose id begins so."""
    return ids_with_prefix(connection, "operation", prefix)


_OPEN_REFRESH = text("""
SELECT id FROM operation
WHERE person_id = :person AND kind = 'refresh' AND state IN ('pending', 'running')
""")


def open_refresh(connection: Connection, person_id: UUID) -> UUID | None:
    """Return the person's refresh that has not ended; there is one at most."""
    found: UUID | None = connection.execute(
        _OPEN_REFRESH, {"person": person_id}
    ).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class OperationToStart:
    """The columns that an operation's workflow is started from."""

    id: UUID
    person_id: UUID | None
    account_id: UUID | None
    subject_id: UUID | None

    def known(self, column: Literal["person_id", "account_id", "subject_id"]) -> UUID:
        """The id in this column. Raises LookupError where there is none."""
        value: UUID | None = getattr(self, column)
        if value is None:
            raise LookupError(column)
        return value


def to_start(connection: Connection, operation_id: UUID) -> OperationToStart:
    """Read what the operation's workflow is started from. It must exist."""
    row = connection.execute(
        text("SELECT id, person_id, account_id, subject_id FROM operation WHERE id = :id"),
        {"id": operation_id},
    ).one()
    return OperationToStart(*row)
