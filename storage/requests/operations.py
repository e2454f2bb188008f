"""Operations as their owners see them: what takes time, how far it is, what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlmodel import Session

_SET = text("""
UPDATE operation SET state = :state, waits_for = :waits_for, result = CAST(:result AS jsonb),
    error = CAST(:error AS jsonb), updated_at = clock_timestamp()
WHERE id = :id AND state IN ('pending', 'running') RETURNING *
""")


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
    made = session.execute(
        text(
            "INSERT INTO operation (id, kind, person_id, account_id, subject_id, asked)"
            " VALUES (:id, :kind, :person, :account, :subject, CAST(:asked AS jsonb))"
            " ON CONFLICT (id) DO NOTHING RETURNING id"
        ),
        {
            "id": operation_id,
            "kind": kind,
            "person": person_id,
            "account": about.account_id,
            "subject": about.id,
            "asked": json.dumps(about.asked) if about.asked is not None else None,
        },
    )
    return made.one_or_none() is not None


def running(session: Session, operation_id: UUID, waits_for: str) -> None:
    """It is under way, and waits for this."""
    _set(session, operation_id, "running", waits_for=waits_for)


def succeeded(session: Session, operation_id: UUID, result: Mapping[str, Any]) -> Row[Any] | None:
    """It is done, and this came of it. One that has ended stays as it is: None."""
    return _set(session, operation_id, "succeeded", result=result)


def failed(session: Session, operation_id: UUID, error: Mapping[str, Any]) -> Row[Any] | None:
    """It did not work out, for this reason (a problem). One that has ended stays as it is: None."""
    return _set(session, operation_id, "failed", error=error)


def cancelled(
    session: Session,
    operation_id: UUID,
    why: Mapping[str, Any],
    result: Mapping[str, Any] | None = None,
) -> Row[Any] | None:
    """Somebody ended it, for this reason, after this. One that has ended stays as it is: None."""
    return _set(session, operation_id, "cancelled", error=why, result=result)


def _set(
    session: Session,
    operation_id: UUID,
    state: str,
    *,
    waits_for: str | None = None,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> Row[Any] | None:
    return session.execute(
        _SET,
        {
            "id": operation_id,
            "state": state,
            "waits_for": waits_for,
            "result": json.dumps(result) if result is not None else None,
            "error": json.dumps(error) if error is not None else None,
        },
    ).one_or_none()


def read(connection: Connection, operation_id: UUID) -> Row[Any] | None:
    """The operation of this id, every column."""
    return connection.execute(
        text("SELECT * FROM operation WHERE id = :id"), {"id": operation_id}
    ).one_or_none()
