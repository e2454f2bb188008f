"""Reads what stands around a stuck item: the steps of its process, those it blocks, its events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.audit import Actor, EventKind
from domain.processes import ProcessType
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.staff import name_of


@dataclass(frozen=True, slots=True)
class BlockedStep:
    """A step of another process that waits for this one, on the same resource."""

    id: UUID
    process: ProcessType
    process_id: UUID
    account_id: UUID | None
    action: str
    created_at: datetime


_BLOCKED = text("""
SELECT id, process, process_id, account_id, action, created_at, count(*) OVER () FROM (
    SELECT DISTINCT w.id, w.process, w.process_id, w.account_id, w.action, w.created_at, w.place
    FROM stuck k
    JOIN step e ON e.process_id = k.process_id AND e.released_at IS NULL
    JOIN step w ON w.resource = e.resource AND w.process_id <> e.process_id
        AND w.ended_at IS NULL AND w.state NOT IN ('aborting', 'given_up', 'undone')
        AND CASE WHEN w.urgency = e.urgency THEN w.place > e.place ELSE e.urgency > w.urgency END
    WHERE k.id = :id AND k.state <> 'closed') waits
ORDER BY place LIMIT :limit
""")


def blocked_steps(
    connection: Connection, id_: UUID, limit: int = 100
) -> tuple[list[BlockedStep], int]:
    """The first steps of other processes that wait for this item's process, and how many wait."""
    rows = connection.execute(_BLOCKED, {"id": id_, "limit": limit}).all()
    found = [BlockedStep(id_, ProcessType(process), *rest) for id_, process, *rest, _ in rows]
    return found, rows[0][-1] if rows else 0


def waiting_for(connection: Connection, target: str) -> int:
    """Number of steps that wait for this target."""
    found: int = connection.execute(
        text("SELECT count(*) FROM step WHERE target = :t AND waits_for = 'target'"), {"t": target}
    ).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class StuckEvent:
    """One event about an item."""

    at: datetime
    kind: EventKind
    actor: Actor
    reason: Reason | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str | None
    """What an operator wrote."""


_EVENTS = text(f"""
SELECT at, kind, actor, reason, before, after, number, {event_notes.text_of("newest.id")} AS note,
    {name_of("newest.actor ->> 'id'")} AS name
FROM (
    SELECT id, at, kind, actor, reason, before, after, count(*) OVER () AS number
    FROM event WHERE subject_id = :id ORDER BY id DESC LIMIT :limit) newest
ORDER BY newest.id
""")


def events_of(connection: Connection, id_: UUID, limit: int = 200) -> tuple[list[StuckEvent], int]:
    """The newest events about this item, oldest first, and how many there are in all."""
    rows = connection.execute(_EVENTS, {"id": id_, "limit": limit}).all()
    return [_event(row) for row in rows], rows[0].number if rows else 0


def _event(row: Row[Any]) -> StuckEvent:
    actor = Actor.from_json(row.actor, row.name)
    reason = Reason.from_json(row.reason) if row.reason else None
    return StuckEvent(row.at, EventKind(row.kind), actor, reason, row.before, row.after, row.note)
