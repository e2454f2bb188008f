"""The hash chain over all history: sealing puts events into it, verifying recomputes it.

Writers never wait for the chain: they insert events freely, and one sealer at a time (whoever
holds the lock) gives committed events their position and hash, in the order of their ids. That
order is also the order of the feed. Why so: docs/decisions/0004-event-chain.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlmodel import Session

from domain.audit import GENESIS, chained
from storage import locks
from storage.database import Database
from storage.locks import Purpose

_COLUMNS = (
    "e.id, e.at, e.kind, e.actor, e.subject_id, e.account_id, e.company_id, e.person_id,"
    " e.reason, e.before, e.after"
)

_TAKE = text(f"""
WITH taken AS (
    DELETE FROM event_to_seal
    WHERE event_id IN (SELECT event_id FROM event_to_seal ORDER BY event_id LIMIT :most)
    RETURNING event_id
)
SELECT {_COLUMNS} FROM taken JOIN event e ON e.id = taken.event_id ORDER BY e.id
""")

_SEAL = text("""
INSERT INTO event_seal (position, event_id, hash)
SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:ids AS bigint[]), CAST(:hashes AS text[]))
""")

_CHAIN = text(f"""
SELECT s.position, s.hash, s.event_id, {_COLUMNS}
FROM event_seal s LEFT JOIN event e ON e.id = s.event_id ORDER BY s.position
""")


def line(row: Row[Any]) -> dict[str, Any]:
    """What of an event is hashed: every column, as plain JSON."""
    ids = ("subject_id", "account_id", "company_id", "person_id")
    return {
        "id": row.id,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": row.kind,
        "actor": row.actor,
        **{name: str(value) if (value := getattr(row, name)) else None for name in ids},
        "reason": row.reason,
        "before": row.before,
        "after": row.after,
    }


def seal(session: Session, *, most: int = 5000) -> int:
    """Chain up to ``most`` waiting events; returns how many. 0 also when another is sealing."""
    if not locks.try_lock(session, Purpose.EVENT_SEALING):
        return 0
    rows = session.execute(_TAKE, {"most": most}).all()
    if not rows:
        return 0
    head = session.execute(
        text("SELECT position, hash FROM event_seal ORDER BY position DESC LIMIT 1")
    ).one_or_none()
    position, previous = (head.position, head.hash) if head else (0, GENESIS)
    hashes = []
    for row in rows:
        previous = chained(previous, line(row))
        hashes.append(previous)
    positions = list(range(position + 1, position + 1 + len(rows)))
    session.execute(
        _SEAL, {"positions": positions, "ids": [row.id for row in rows], "hashes": hashes}
    )
    return len(rows)


def seal_all(database: Database) -> int:
    """Chain everything that waits, in transactions of a few thousand; returns how many."""
    sealed = 0
    while True:
        with database.transaction() as session:
            batch = seal(session)
        if not batch:
            return sealed
        sealed += batch


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the chain showed."""

    checked: int
    unsealed: int
    head: str
    """The last hash: kept elsewhere, it also shows whether the end of the chain was cut off."""
    broken_at: int | None = None
    """The first position where the chain does not hold. None: it holds."""
    fault: str | None = None


def verify(database: Database) -> Verdict:
    """Recompute the whole chain, streaming. Detects changed, removed, added and moved lines."""
    with database.snapshot() as connection:
        unsealed = connection.execute(text("SELECT count(*) FROM event_to_seal")).scalar_one()
        # An event that is neither sealed nor waiting was put in behind the trigger's back.
        strays = connection.execute(
            text(
                "SELECT count(*) FROM event e WHERE NOT EXISTS"
                " (SELECT FROM event_seal s WHERE s.event_id = e.id) AND NOT EXISTS"
                " (SELECT FROM event_to_seal w WHERE w.event_id = e.id)"
            )
        ).scalar_one()
        checked, head = 0, GENESIS
        for row in _stream(connection):
            fault = _fault(row, checked, head)
            if fault:
                return Verdict(checked, unsealed, head, row.position, fault)
            checked, head = row.position, row.hash
    if strays:
        fault = f"{strays} events are neither chained nor waiting to be"
        return Verdict(checked, unsealed, head, checked + 1, fault)
    return Verdict(checked, unsealed, head)


def _stream(connection: Connection) -> Iterator[Row[Any]]:
    streaming = connection.execution_options(yield_per=2000)
    with streaming.execute(_CHAIN) as rows:  # closed also where the reader stops early
        yield from rows


def _fault(row: Row[Any], checked: int, head: str) -> str | None:
    if row.position != checked + 1:
        return f"positions {checked + 1} to {row.position - 1} are missing"
    if row.id is None:
        return "the event of this position is gone"
    if chained(head, line(row)) != row.hash:
        return "the event of this position is not what was sealed"
    return None
