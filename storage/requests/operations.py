"""Operations: requests that take time, with their progress and result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.operations import OperationState
from domain.processes import ProcessType, WaitsFor, workflow_id
from domain.reasons import Reason
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
{processes.mark_running(":id", "CAST(:waits_for AS text)", after="operation")}
""")
_END = text(f"""
WITH operation AS (
    UPDATE operation SET state = :state, result = CAST(:result AS jsonb),
        error = CAST(:error AS jsonb), updated_at = clock_timestamp()
    WHERE id = :id AND state IN ('pending', 'running')
    RETURNING id, account_id, subject_id, state
), process AS ({processes.ended("operation")})
SELECT id, account_id, subject_id, state FROM operation
""")


class NotCancellable(Exception):
    """The operation has ended, is of a kind that cannot be cancelled, or it is too late."""


@dataclass(frozen=True, slots=True)
class EndedOperation:
    """An operation that has just ended, and what it concerned."""

    id: UUID
    account_id: UUID | None
    subject_id: UUID | None
    state: OperationState


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of an operation, and the arguments that its workflow needs."""

    account_id: UUID | None = None
    id: UUID | None = None
    asked: Mapping[str, Any] | None = None


def request(
    session: Session,
    operation_id: UUID,
    kind: ProcessType,
    person_id: UUID | None,
    about: Subject = Subject(),  # it is frozen
) -> bool:
    """Create a pending operation and its process; False: it exists already. Idempotent."""
    made = session.execute(
        _ASK,
        {
            "id": operation_id,
            "kind": kind,
            **processes.new(kind),
            "workflow_id": workflow_id(kind, operation_id),
            "person": person_id,
            "account": about.account_id,
            "subject": about.id,
            "asked": json.dumps(about.asked) if about.asked is not None else None,
        },
    )
    return made.one_or_none() is not None


def running(session: Session, operation_id: UUID, waits_for: WaitsFor) -> None:
    """Mark the operation running and record what its process waits for.

    Of a process that is no operation, only records the latter.
    """
    session.execute(_RUNNING, {"id": operation_id, "waits_for": waits_for})


def set_asked(session: Session, operation_id: UUID, asked: Mapping[str, Any]) -> None:
    """Replace the arguments of an operation, in the transaction that requested it."""
    session.execute(
        text("UPDATE operation SET asked = CAST(:asked AS jsonb) WHERE id = :id"),
        {"id": operation_id, "asked": json.dumps(asked)},
    )


def set_total(session: Session, operation_id: UUID, total: int) -> None:
    """Record that the operation is counted in items, and how many there are."""
    session.execute(
        text(
            "UPDATE operation SET progress ="
            " jsonb_build_object('done', 0, 'total', CAST(:total AS int)) WHERE id = :id"
        ),
        {"id": operation_id, "total": total},
    )


ITEM_DONE = """
UPDATE operation SET state = 'running', updated_at = clock_timestamp(),
    progress = progress || jsonb_build_object('done', CAST(:done AS int))
WHERE id = :id
"""
"""SQL that records how many items of the operation are done, within the caller's statement."""


def succeeded(
    session: Session, operation_id: UUID, result: Mapping[str, Any]
) -> EndedOperation | None:
    """End the operation with this result. One that has ended stays as it is: None."""
    return _end(session, operation_id, OperationState.SUCCEEDED, result=result)


def failed(session: Session, operation_id: UUID, why: Reason) -> EndedOperation | None:
    """End the operation as failed. One that has ended stays as it is: None."""
    return _end(session, operation_id, OperationState.FAILED, why=why)


def cancelled(
    session: Session,
    operation_id: UUID,
    why: Reason,
    result: Mapping[str, Any] | None = None,
) -> EndedOperation | None:
    """End the operation as cancelled, with what it did so far. One that has ended stays: None."""
    return _end(session, operation_id, OperationState.CANCELLED, why=why, result=result)


def _end(
    session: Session,
    operation_id: UUID,
    state: OperationState,
    *,
    result: Mapping[str, Any] | None = None,
    why: Reason | None = None,
) -> EndedOperation | None:
    row = session.execute(
        _END,
        {
            "id": operation_id,
            "state": state,
            "result": json.dumps(result) if result is not None else None,
            "error": json.dumps(why.as_json()) if why is not None else None,
        },
    ).one_or_none()
    if row is None:
        return None
    return EndedOperation(row.id, row.account_id, row.subject_id, OperationState(row.state))
