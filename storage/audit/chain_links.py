"""The links of the event chain as they are stored, and what is wrong with one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, text

from domain.audit import NOTE_DIGEST, ChainFault, chained, note_digest
from storage.audit.event_notes import Note
from storage.audit.events import COLUMNS, Event

_CHAIN = text(f"""
SELECT s.position, s.hash, n.key, n.text, {COLUMNS}
FROM event_seal s LEFT JOIN event e ON e.id = s.event_id
    LEFT JOIN event_note n ON n.event_id = e.id
WHERE s.position > :after ORDER BY s.position LIMIT :limit
""")


def line(event: Event) -> dict[str, Any]:
    """The JSON of an event that is hashed: every column."""
    ids = ("subject_id", "account_id", "company_id", "person_id")
    return {
        "id": event.id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": event.kind,
        "actor": event.actor,
        **{name: str(value) if (value := getattr(event, name)) else None for name in ids},
        "reason": event.reason,
        "before": event.before,
        "after": event.after,
    }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a link, as a code and as a text."""

    kind: ChainFault
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A position of the chain, its event, and the note beside that event."""

    position: int
    hash: str
    event: Event | None
    """None: it was deleted."""
    note: Note | None

    @property
    def note_digest(self) -> str | None:
        """Digest of the note that the event was written with."""
        reason = self.event.reason if self.event else None
        return reason.get(NOTE_DIGEST) if reason else None

    @property
    def is_note_erased(self) -> bool:
        """Return whether the event had a note that was removed."""
        return self.note is None and self.note_digest is not None

    def fault(self, checked: int, head: str) -> Fault | None:
        """What is wrong with this link after the position ``checked`` and its hash ``head``."""
        if self.position != checked + 1:
            missing = f"positions {checked + 1} to {self.position - 1} are missing"
            return Fault(ChainFault.POSITIONS_MISSING, missing)
        if self.event is None:
            return Fault(ChainFault.EVENT_GONE, "the event of this position is gone")
        if chained(head, line(self.event)) != self.hash:
            changed = "the event of this position is not what was sealed"
            return Fault(ChainFault.EVENT_CHANGED, changed)
        if self.note and note_digest(self.note.key, self.note.text) != self.note_digest:
            note = "the note of this position's event is not what was written with it"
            return Fault(ChainFault.NOTE_CHANGED, note)
        return None


def stream(connection: Connection, *, after: int = 0, limit: int | None = None) -> Iterator[Link]:
    """Links of the chain in its order: all, or up to ``limit`` after this position."""
    streaming = connection.execution_options(yield_per=2000)
    with streaming.execute(
        _CHAIN, {"after": after, "limit": limit}
    ) as rows:  # closed also where the reader stops early
        for position, hash_, key, words, *event in rows:
            note = Note(key, words) if key is not None else None
            yield Link(position, hash_, Event(*event) if event[0] is not None else None, note)
