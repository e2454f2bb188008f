"""Operations as their owners see them: what takes time, how far it is, what came of it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_SET = text("""
UPDATE operation SET state = :state, waits_for = :waits_for, result = CAST(:result AS jsonb),
    error = CAST(:error AS jsonb), updated_at = clock_timestamp()
WHERE id = :id AND state IN ('pending', 'running')
""")


def request(session: Session, operation_id: UUID, kind: str, person_id: UUID | None) -> None:
    """Write down that somebody asks for it. Repeating changes nothing."""
    session.execute(
        text(
            "INSERT INTO operation (id, kind, person_id) VALUES (:id, :kind, :person)"
            " ON CONFLICT (id) DO NOTHING"
        ),
        {"id": operation_id, "kind": kind, "person": person_id},
    )


def running(session: Session, operation_id: UUID, waits_for: str) -> None:
    """It is under way, and waits for this."""
    _set(session, operation_id, "running", waits_for=waits_for)


def succeeded(session: Session, operation_id: UUID, result: Mapping[str, Any]) -> None:
    """It is done, and this came of it. An operation that has ended stays as it is."""
    _set(session, operation_id, "succeeded", result=result)


def failed(session: Session, operation_id: UUID, error: Mapping[str, Any]) -> None:
    """It did not work out, for this reason (a problem). One that has ended stays as it is."""
    _set(session, operation_id, "failed", error=error)


def _set(
    session: Session,
    operation_id: UUID,
    state: str,
    *,
    waits_for: str | None = None,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> None:
    session.execute(
        _SET,
        {
            "id": operation_id,
            "state": state,
            "waits_for": waits_for,
            "result": json.dumps(result) if result is not None else None,
            "error": json.dumps(error) if error is not None else None,
        },
    )
