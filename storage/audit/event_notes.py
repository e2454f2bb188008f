"""Notes: the free text of events, beside the chain: written with the event, read by staff.

What an operator typed may name a person, so it can be erased. The event's reason holds a digest of
it: a note that was changed shows, and one that was erased leaves the chain whole.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import NOTE_DIGEST, Actor, EventKind, note_digest
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent


@dataclass(frozen=True, slots=True)
class Note:
    """The text of a note, and the key of its digest."""

    key: bytes
    text: str


_APPEND_ALONE = text(f"{events.APPEND} RETURNING id")
_APPEND = text(f"""
WITH written AS ({events.APPEND} RETURNING id)
INSERT INTO event_note (event_id, key, text) SELECT id, :key, :note FROM written
RETURNING event_id
""")


def append(
    session: Session, line: NewEvent, note: str, *, actor: Actor, at: datetime | None = None
) -> int:
    """Add an event, which has a reason, and its note; returns the event's id.

    An empty note is none. The id is how other tables refer to the note: its text stands here alone.
    """
    row = line.as_json()
    if not note:
        alone = session.execute(_APPEND_ALONE, events.appending([row], actor, at))
        return int(alone.scalar_one())
    key = token_bytes(32)
    row["reason"][NOTE_DIGEST] = note_digest(key, note)
    noted = events.appending([row], actor, at) | {"key": key, "note": note}
    return int(session.execute(_APPEND, noted).scalar_one())


def text_of(event_id: str) -> str:
    """SQL that reads the note of the event with this id, an SQL expression; NULL: there is none."""
    return f"(SELECT note.text FROM event_note note WHERE note.event_id = {event_id})"


_ERASE = text("""
WITH erased AS (
    DELETE FROM event_note n USING event_seal s
    WHERE s.position = :position AND n.event_id = s.event_id RETURNING n.event_id
)
SELECT e.id AS event_id, e.subject_id, e.account_id
FROM event e JOIN erased ON erased.event_id = e.id
""")
_ERASED = "The text that was written beside an event is erased"


def erase(session: Session, position: int, *, actor: Actor) -> bool:
    """Erase the note of the event at this position of the chain, and record that.

    Returns whether there was one.
    """
    row = session.execute(_ERASE, {"position": position}).one_or_none()
    if row is None:
        return False
    event = erased(row.event_id, position, row.subject_id, row.account_id)
    events.append(session, [event], actor=actor)
    return True


def erased(
    event_id: int, position: int | None, subject_id: UUID | None, account_id: UUID | None
) -> NewEvent:
    """Return the event of the erasure of an event's note. ``position``: None: not sealed yet."""
    where = {"event_id": event_id} if position is None else {"position": position}
    return NewEvent(
        EventKind.NOTE_ERASED,
        subject_id=subject_id,
        account_id=account_id,
        reason=Reason("note_erased", _ERASED, where),
    )


def erasure_recorded_by(kind: str, reason: dict[str, Any] | None) -> tuple[str, int] | None:
    """The event whose note an event ``note:erased`` records as erased; None for other kinds.

    ``("position", …)`` or ``("event_id", …)``, as ``erased`` writes it.
    """
    facts = (reason or {}).get("facts", {}) if kind == EventKind.NOTE_ERASED else {}
    for name in ("position", "event_id"):
        if isinstance(facts.get(name), int):
            return name, facts[name]
    return None
