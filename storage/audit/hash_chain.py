"""The hash chain over the whole history: ``seal`` adds events to it, ``verify`` recomputes it.

Writers never wait for the chain: they insert events freely, and one sealer at a time (whoever
holds the lock) gives committed events their position and hash, in the order of their ids. That
order is also the order of the feed. Why: docs/decisions/0004-event-chain.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from domain.audit import GENESIS, NOTE_DIGEST, chained, note_digest
from storage import locks
from storage.audit.event_notes import Note
from storage.audit.events import COLUMNS, Event
from storage.database import Database
from storage.locks import Purpose

_TAKE = text(f"""
WITH taken AS (
    DELETE FROM event_to_seal
    WHERE event_id IN (SELECT event_id FROM event_to_seal ORDER BY event_id LIMIT :most)
    RETURNING event_id
)
SELECT {COLUMNS} FROM taken JOIN event e ON e.id = taken.event_id ORDER BY e.id
""")

_SEAL = text("""
INSERT INTO event_seal (position, event_id, hash)
SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:ids AS bigint[]), CAST(:hashes AS text[]))
""")

_CHAIN = text(f"""
SELECT s.position, s.hash, n.key, n.text, {COLUMNS}
FROM event_seal s LEFT JOIN event e ON e.id = s.event_id
    LEFT JOIN event_note n ON n.event_id = e.id
ORDER BY s.position
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


def seal(session: Session, *, most: int = 5000) -> int:
    """Seal up to ``most`` waiting events; returns how many. 0 also where another is sealing."""
    if not locks.try_lock(session, Purpose.EVENT_SEALING):
        return 0
    taken = [Event(*row) for row in session.execute(_TAKE, {"most": most})]
    if not taken:
        return 0
    head = session.execute(
        text("SELECT position, hash FROM event_seal ORDER BY position DESC LIMIT 1")
    ).one_or_none()
    position, previous = (head.position, head.hash) if head else (0, GENESIS)
    hashes = []
    for event in taken:
        previous = chained(previous, line(event))
        hashes.append(previous)
    positions = list(range(position + 1, position + 1 + len(taken)))
    session.execute(
        _SEAL, {"positions": positions, "ids": [event.id for event in taken], "hashes": hashes}
    )
    return len(taken)


def seal_all(database: Database) -> int:
    """Seal all waiting events, a few thousand in each transaction; returns how many."""
    sealed = 0
    while True:
        with database.transaction() as session:
            batch = seal(session)
        if not batch:
            return sealed
        sealed += batch


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of verifying the chain."""

    checked: int
    unsealed: int
    head: str
    """The last hash. A copy kept elsewhere also shows whether the chain's end was cut off."""
    broken_at: int | None = None
    """The first position where the chain is broken. None: it is whole."""
    fault: str | None = None
    erased_notes: int = 0
    """How many events had a note that was erased since."""


def verify(database: Database) -> Verdict:
    """Recompute the whole chain, streaming. Detects changed, removed, added and moved events."""
    with database.snapshot() as connection:
        unsealed = connection.execute(text("SELECT count(*) FROM event_to_seal")).scalar_one()
        # An event that is neither sealed nor waiting was inserted without the trigger.
        strays = connection.execute(
            text(
                "SELECT count(*) FROM event e WHERE NOT EXISTS"
                " (SELECT FROM event_seal s WHERE s.event_id = e.id) AND NOT EXISTS"
                " (SELECT FROM event_to_seal w WHERE w.event_id = e.id)"
            )
        ).scalar_one()
        checked, head, erased = 0, GENESIS, 0
        for link in _stream(connection):
            fault = _fault(link, checked, head)
            if fault:
                return Verdict(checked, unsealed, head, link.position, fault)
            checked, head = link.position, link.hash
            erased += link.is_note_erased
    if strays:
        fault = f"{strays} events are neither sealed nor waiting to be sealed"
        return Verdict(checked, unsealed, head, checked + 1, fault)
    return Verdict(checked, unsealed, head, erased_notes=erased)


@dataclass(frozen=True, slots=True)
class _Link:
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
        """Return whether the event had a note that is gone."""
        return self.note is None and self.note_digest is not None


def _stream(connection: Connection) -> Iterator[_Link]:
    streaming = connection.execution_options(yield_per=2000)
    with streaming.execute(_CHAIN) as rows:  # closed also where the reader stops early
        for position, hash_, key, words, *event in rows:
            note = Note(key, words) if key is not None else None
            yield _Link(position, hash_, Event(*event) if event[0] is not None else None, note)


def _fault(link: _Link, checked: int, head: str) -> str | None:
    if link.position != checked + 1:
        return f"positions {checked + 1} to {link.position - 1} are missing"
    if link.event is None:
        return "the event of this position is gone"
    if chained(head, line(link.event)) != link.hash:
        return "the event of this position is not what was sealed"
    if link.note and note_digest(link.note.key, link.note.text) != link.note_digest:
        return "the note of this position's event is not what was written with it"
    return None
