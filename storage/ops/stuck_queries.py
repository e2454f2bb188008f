"""Reading what is stuck: lists, counts, one row's whole story, and how targets do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

Place = tuple[datetime, UUID]
"""Where a page ended: since when, and the row's id."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows; None: any."""

    target: str | None = None
    code: str | None = None
    kind: str | None = None
    process: str | None = None
    account_id: UUID | None = None
    older_than: timedelta | None = None
    """Stuck for at least this long."""

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """As SQL over ``stuck``, and its parameters. Only open rows, in every case."""
        asked = {name: value for name in _WHERE if (value := getattr(self, name)) is not None}
        where = " AND ".join(["state <> 'closed'", *(_WHERE[name] for name in asked)])
        return where, asked


_WHERE = {
    "target": "target = :target",
    "code": "code = :code",
    "kind": "kind = :kind",
    "process": "process = :process",
    "account_id": "account_id = :account_id",
    "older_than": "since <= statement_timestamp() - CAST(:older_than AS interval)",
}


def stuck(
    connection: Connection, which: Filter, *, after: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to ``limit`` rows that come after ``after``, the longest stuck first, every column."""
    where, asked = which.conditions()
    if after is not None:
        where += " AND (since, id) > (:since, :id)"
        asked |= {"since": after[0], "id": after[1]}
    statement = f"SELECT * FROM stuck WHERE {where} ORDER BY since, id LIMIT :limit"
    return connection.execute(text(statement), asked | {"limit": limit}).all()


def groups(connection: Connection, which: Filter) -> Sequence[Row[Any]]:
    """How many by target, reason and kind, and since when the oldest; the most first."""
    where, asked = which.conditions()
    statement = (
        "SELECT target, code, kind, count(*) AS count, min(since) AS oldest,"
        f" count(*) FILTER (WHERE state = 'stuck') AS undecided FROM stuck WHERE {where}"
        " GROUP BY target, code, kind ORDER BY count(*) DESC, min(since), target, code"
    )
    return connection.execute(text(statement), asked).all()


def read(connection: Connection, id_: UUID) -> Row[Any] | None:
    """The row of this id, also one that is closed."""
    return connection.execute(text("SELECT * FROM stuck WHERE id = :id"), {"id": id_}).one_or_none()


def steps_of(connection: Connection, process_id: UUID) -> Sequence[Row[Any]]:
    """Every step of this process, in the order in which they began."""
    return connection.execute(
        text(
            "SELECT id, action, target, state, decision_no, attempts, waits_for, resource,"
            " created_at, ended_at FROM step WHERE process_id = :id ORDER BY created_at, place"
        ),
        {"id": process_id},
    ).all()


_BEHIND = text("""
SELECT *, count(*) OVER () AS all FROM (
    SELECT DISTINCT w.id, w.process, w.process_id, w.account_id, w.action, w.created_at, w.place
    FROM stuck k
    JOIN step e ON e.process_id = k.process_id AND e.ended_at IS NULL
    JOIN step w ON w.resource = e.resource AND w.place > e.place
        AND w.ended_at IS NULL AND w.process_id <> e.process_id
    WHERE k.id = :id AND k.state <> 'closed') waits
ORDER BY place LIMIT :limit
""")


def behind(connection: Connection, id_: UUID, limit: int = 100) -> Sequence[Row[Any]]:
    """Steps of other processes that wait for this one or its process, first come first.

    Each row says how many there are in ``all``.
    """
    return connection.execute(_BEHIND, {"id": id_, "limit": limit}).all()


def waiting_for(connection: Connection, target: str) -> int:
    """How many steps wait for this target."""
    found: int = connection.execute(
        text("SELECT count(*) FROM step WHERE target = :t AND waits_for = 'target'"), {"t": target}
    ).scalar_one()
    return found


def events_of(connection: Connection, id_: UUID, limit: int = 200) -> Sequence[Row[Any]]:
    """The newest of what the history says of this row, oldest first.

    Each says how many there are in ``all``.
    """
    return connection.execute(
        text(
            "SELECT * FROM (SELECT id, at, kind, actor, reason, before, after,"
            " count(*) OVER () AS all FROM event WHERE subject_id = :id"
            " ORDER BY id DESC LIMIT :limit) newest ORDER BY id"
        ),
        {"id": id_, "limit": limit},
    ).all()
