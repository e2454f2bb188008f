"""Events: the rows of the history, written in the transaction of the change they record."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is stored. JSON columns as they are: the hash chain is over these values."""

    id: int
    at: datetime
    kind: str
    """An ``EventKind``, unless the row was tampered with."""
    actor: dict[str, Any]
    """``Actor.as_json()``."""
    subject_id: UUID | None
    account_id: UUID | None
    company_id: UUID | None
    person_id: UUID | None
    reason: dict[str, Any] | None
    """``Reason.as_json()``."""
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def happened_at(self) -> datetime:
        """When it happened: before ``at`` where dates brought it about and it was told later."""
        told_later = (self.after or {}).get("happened_at")
        return datetime.fromisoformat(told_later) if told_later else self.at


COLUMNS = (
    "e.id, e.at, e.kind, e.actor, e.subject_id, e.account_id, e.company_id, e.person_id,"
    " e.reason, e.before, e.after"
)
"""The columns of an ``Event``, in its order, from the table ``event e``."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event to be written: codes, facts and ids. Text goes to storage.audit.event_notes."""

    kind: EventKind
    subject_id: UUID | None = None
    account_id: UUID | None = None
    company_id: UUID | None = None
    person_id: UUID | None = None
    reason: Reason | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The columns of the event table that this event fills."""
        ids = {"subject_id", "account_id", "company_id", "person_id"}
        row: dict[str, Any] = {
            name: str(value) for name in sorted(ids) if (value := getattr(self, name)) is not None
        }
        row["kind"] = self.kind.value
        row["reason"] = self.reason.as_json() if self.reason else None
        return row | {"before": self.before, "after": self.after}


# The subquery is evaluated once: all events of one call have the same time.
APPEND = """
INSERT INTO event (at, kind, actor, subject_id, account_id, company_id, person_id,
                   reason, before, after)
SELECT (SELECT COALESCE(CAST(:at AS timestamptz), clock_timestamp())), l.kind,
       CAST(:actor AS jsonb), l.subject_id, l.account_id, l.company_id, l.person_id,
       NULLIF(l.reason, 'null'), NULLIF(l.before, 'null'), NULLIF(l.after, 'null')
FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(
    kind text, subject_id uuid, account_id uuid, company_id uuid, person_id uuid,
    reason jsonb, before jsonb, after jsonb)
"""
_APPEND = text(APPEND)


def append(
    session: Session, lines: Iterable[NewEvent], *, actor: Actor, at: datetime | None = None
) -> None:
    """Add these events to the history, in this order, in the caller's transaction.

    ``at``: None takes the database's clock when the statement runs. Call it after the locks of the
    change are held, so that what commits later also has the later time.
    """
    rows = [line.as_json() for line in lines]
    if rows:
        session.execute(_APPEND, appending(rows, actor, at))


def appending(rows: list[dict[str, Any]], actor: Actor, at: datetime | None) -> dict[str, Any]:
    """Parameters of ``APPEND``."""
    return {"at": at, "actor": json.dumps(actor.as_json()), "lines": json.dumps(rows)}


def recorded(row: str, *, at: str) -> str:
    """SQL that writes an event of each row of ``row``, a CTE with ``id`` and ``person_id``.

    For one statement that changes a row and records it. ``recording`` gives its parameters.
    """
    return f"""
    INSERT INTO event (at, kind, actor, subject_id, person_id, reason, after)
    SELECT {at}, :event_kind, CAST(:event_actor AS jsonb), {row}.id, {row}.person_id,
           CAST(:event_reason AS jsonb), CAST(:event_after AS jsonb)
    FROM {row}"""


def recording(
    kind: EventKind, actor: Actor, *, reason: Reason | None = None, after: dict[str, Any]
) -> dict[str, Any]:
    """Parameters of a statement with ``recorded`` in it."""
    return {
        "event_kind": kind.value,
        "event_actor": json.dumps(actor.as_json()),
        "event_reason": json.dumps(reason.as_json()) if reason else None,
        "event_after": json.dumps(after),
    }


def now(session: Session) -> datetime:
    """The database's clock at this moment, not at the transaction's start.

    For a time that several statements share. Call it after the locks of the change are held, so
    that what commits later also has the later time. A time that one statement needs is
    ``clock_timestamp()`` in that statement: one round trip less.
    """
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment
