"""Operations as their owners see them: what takes time, how far it is, what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlmodel import Session

from domain.processes import ProcessType, WaitsFor, workflow_id
from storage.processes import processes

_ASK = text(f"""
WITH operation AS (
    INSERT INTO operation (id, kind, person_id, account_id, subject_id, asked)
    VALUES (:id, :kind, :person, :account, :subject, CAST(:asked AS jsonb))
    ON CONFLICT (id) DO NOTHING RETURNING id, account_id
), process AS ({processes.asked("operation", account_id="account_id")})
SELECT id FROM operation
""")
_RUNNING = text(f"""
WITH operation AS (
    UPDATE operation o SET state = 'running', updated_at = clock_timestamp()
    FROM process p
    WHERE o.id = :id AND p.id = o.id AND o.state IN ('pending', 'running')
        AND (o.state = 'pending' OR p.waits_for IS DISTINCT FROM CAST(:waits_for AS text))
    RETURNING 1
)
{processes.goes_on(":id", "CAST(:waits_for AS text)", after="operation")}
""")
_END = text(f"""
WITH operation AS (
    UPDATE operation SET state = :state, result = CAST(:result AS jsonb),
        error = CAST(:error AS jsonb), updated_at = clock_timestamp()
    WHERE id = :id AND state IN ('pending', 'running') RETURNING *
), process AS ({processes.ended("operation")})
SELECT * FROM operation
""")
READ = (
    "SELECT o.*, p.waits_for FROM operation o LEFT JOIN process p ON p.id = o.id WHERE o.id = :id"
)
"""An operation, and what it waits for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an operation is about, and what its workflow needs to know of what was asked."""

    account_id: UUID | None = None
    id: UUID | None = None
    asked: Mapping[str, Any] | None = None


def request(
    session: Session,
    operation_id: UUID,
    kind: str,
    person_id: UUID | None,
    about: Subject = Subject(),  # it is frozen
) -> bool:
    """Write down that somebody asks for it; False: it was. Repeating changes nothing."""
    type_ = ProcessType(kind)
    made = session.execute(
        _ASK,
        {
            "id": operation_id,
            "kind": kind,
            "process_type": type_,
            "workflow_id": workflow_id(type_, operation_id),
            "person": person_id,
            "account": about.account_id,
            "subject": about.id,
            "asked": json.dumps(about.asked) if about.asked is not None else None,
        },
    )
    return made.one_or_none() is not None


def running(session: Session, operation_id: UUID, waits_for: str) -> None:
    """Mark the operation running and record what its process waits for.

    Also of a process that is no operation: then only the latter.
    """
    told = {"id": operation_id, "waits_for": WaitsFor(waits_for)}
    session.execute(_RUNNING, told)


def succeeded(session: Session, operation_id: UUID, result: Mapping[str, Any]) -> Row[Any] | None:
    """It is done, and this came of it. One that has ended stays as it is: None."""
    return _end(session, operation_id, "succeeded", result=result)


def failed(session: Session, operation_id: UUID, error: Mapping[str, Any]) -> Row[Any] | None:
    """It did not work out, for this reason (a problem). One that has ended stays as it is: None."""
    return _end(session, operation_id, "failed", error=error)


def cancelled(
    session: Session,
    operation_id: UUID,
    why: Mapping[str, Any],
    result: Mapping[str, Any] | None = None,
) -> Row[Any] | None:
    """Somebody ended it, for this reason, after this. One that has ended stays as it is: None."""
    return _end(session, operation_id, "cancelled", error=why, result=result)


def _end(
    session: Session,
    operation_id: UUID,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> Row[Any] | None:
    return session.execute(
        _END,
        {
            "id": operation_id,
            "state": state,
            "result": json.dumps(result) if result is not None else None,
            "error": json.dumps(error) if error is not None else None,
        },
    ).one_or_none()


def read(connection: Connection, operation_id: UUID) -> Row[Any] | None:
    """The operation of this id, every column, and what it waits for."""
    return connection.execute(text(READ), {"id": operation_id}).one_or_none()


@dataclass(frozen=True, slots=True)
class OperationToStart:
    """What an operation's workflow is started from."""

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
