"""Writes the table ``process``, in the transaction that writes the verification, operation or run.

Locks are taken in one order: the verification, operation or run itself, then its process, which is
the last lock of all. So a process begins and ends in SQL that is part of the statement that writes
the row itself: one round trip writes both, in that order. Claiming processes skips locked ones, and
writing several locks them in the order of their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.processes import TOLD_OF_END, ProcessType
from runtime import tracing
from storage.database import Connection, Session
from storage.processes.process_queries import COLUMNS, Process

_TOLD_OF_END = ", ".join(f"'{type_}'" for type_ in sorted(TOLD_OF_END))


def asked(
    row: str,
    *,
    account_id: str = "NULL",
    started: bool = False,
    where: str = "TRUE",
    workflow_id: str = ":workflow_id",
) -> str:
    """SQL that inserts the process of ``row``, a CTE with its ``id``. Repeating changes nothing.

    Parameters of the statement: those of ``new``, and ``workflow_id`` unless a column has it.
    Where ``started``, its workflow runs already.
    """
    at = "clock_timestamp()" if started else "CAST(NULL AS timestamptz)"
    return f"""
    INSERT INTO process (id, type, workflow_id, account_id, started_at, traceparent)
    SELECT id, :process_type, {workflow_id}, CAST({account_id} AS uuid), {at}, :traceparent
    FROM {row}
    WHERE {where}
    ON CONFLICT (id) DO UPDATE SET started_at = EXCLUDED.started_at
    WHERE process.started_at IS NULL AND EXCLUDED.started_at IS NOT NULL"""


def new(type_: ProcessType) -> dict[str, str | None]:
    """Return the parameters of ``asked``: the type, and the trace of whoever asks."""
    return {"process_type": type_, **of_trace()}


def of_trace() -> dict[str, str | None]:
    """Return the parameters of ``asked_again``."""
    return {"traceparent": tracing.traceparent()}


def asked_again(row: str) -> str:
    """SQL that reopens the process of ``row``, a CTE with its ``id``, where it had ended.

    Parameters of the statement: those of ``of_trace``.
    """
    return f"""
    UPDATE process SET ended_at = NULL, asked_at = clock_timestamp(), started_at = NULL,
        tried_at = NULL, checked_at = NULL, told_at = NULL, traceparent = :traceparent
    FROM {row} WHERE process.id = {row}.id AND process.ended_at IS NOT NULL"""


def ended(row: str, where: str = "TRUE") -> str:
    """SQL that ends the process of ``row``, a CTE with its ``id``, where it is open."""
    return f"""
    UPDATE process SET ended_at = clock_timestamp(), waits_for = NULL
    FROM {row} WHERE process.id = {row}.id AND process.ended_at IS NULL AND {where}"""


_END = text(f"""
WITH over AS (SELECT CAST(:id AS uuid) AS id)
{ended("over")}
""")


def end(session: Session, process_id: UUID | None) -> None:
    """End a process whose row needs no change with it. Repeating, or None, changes nothing."""
    session.execute(_END, {"id": process_id})


def mark_running(process_id: str, waits_for: str, *, after: str = "") -> str:
    """SQL that records what a process waits for, and that its workflow runs, if either changed.

    ``after``: a CTE that writes the row itself, and so must be carried out first.
    """
    first = f"AND (SELECT count(*) FROM {after}) >= 0" if after else ""
    return f"""
    UPDATE process SET waits_for = {waits_for},
        started_at = COALESCE(started_at, clock_timestamp())
    WHERE id = {process_id} AND ended_at IS NULL
        AND (waits_for IS DISTINCT FROM {waits_for} OR started_at IS NULL) {first}"""


def waits(process_id: str, waits_for: str, *, after: str) -> str:
    """SQL that records what a process waits for, whether or not its workflow runs already.

    ``after``: a CTE that writes the row itself, and so must be carried out first.
    """
    return f"""
    UPDATE process SET waits_for = {waits_for}
    WHERE id = {process_id} AND ended_at IS NULL AND waits_for IS DISTINCT FROM {waits_for}
        AND (SELECT count(*) FROM {after}) >= 0"""


def requested_by(session: Session, process_id: UUID, event_id: int) -> None:
    """Record which event says who requested the process, and why, in the transaction of both."""
    session.execute(
        text("UPDATE process SET request_event_id = :event_id WHERE id = :id"),
        {"id": process_id, "event_id": event_id},
    )


_STARTED = text("""
UPDATE process SET started_at = clock_timestamp()
FROM (SELECT id FROM process WHERE id = ANY(:ids) AND started_at IS NULL ORDER BY id FOR UPDATE) new
WHERE new.id = process.id
""")


def started(session: Session, ids: Iterable[UUID]) -> None:
    """Record that the workflows of these processes run."""
    session.execute(_STARTED, {"ids": list(ids)})


# The longer one has waited, the more rarely it is tried: after half a minute, then each time half
# as long again, ten minutes at most.
UNSTARTED = text(f"""
WITH unstarted AS (
    SELECT p.id FROM process p
    JOIN unnest(CAST(:types AS text[]), CAST(:spans AS interval[])) AS own(type, after)
        ON own.type = p.type
    WHERE p.started_at IS NULL AND p.ended_at IS NULL
        AND p.asked_at < clock_timestamp() - own.after
        AND (p.tried_at IS NULL OR p.tried_at < clock_timestamp() - LEAST(interval '10 minutes',
            GREATEST(interval '30 seconds', (p.tried_at - p.asked_at) / 2)))
    ORDER BY p.tried_at NULLS FIRST, p.asked_at LIMIT :limit FOR UPDATE OF p SKIP LOCKED
)
UPDATE process p SET tried_at = clock_timestamp() FROM unstarted WHERE unstarted.id = p.id
RETURNING {COLUMNS}
""")


def claim_unstarted(
    session: Session, starts_after: Mapping[ProcessType, timedelta], *, limit: int = 200
) -> list[Process]:
    """Claim unstarted processes that were asked for longer ago than ``starts_after`` their type."""
    types = {"types": list(starts_after), "spans": list(starts_after.values())}
    return [Process(*row) for row in session.execute(UNSTARTED, types | {"limit": limit})]


_UNTOLD = text(f"""
SELECT {COLUMNS} FROM process p
WHERE p.ended_at IS NOT NULL AND p.told_at IS NULL AND p.type IN ({_TOLD_OF_END})
ORDER BY p.ended_at LIMIT 200
""")
_TOLD = text("""
UPDATE process SET told_at = clock_timestamp()
FROM (SELECT id FROM process WHERE id = ANY(:ids) ORDER BY id FOR UPDATE) told
WHERE told.id = process.id
""")


def untold(connection: Connection) -> list[Process]:
    """Return processes that ended and whose workflow is to be told of it, at most 200."""
    return [Process(*row) for row in connection.execute(_UNTOLD)]


def told(session: Session, ids: Iterable[UUID]) -> None:
    """Record that the workflows of these processes know that they have ended."""
    session.execute(_TOLD, {"ids": list(ids)})


# In the order of ix_process_check, which a process enters at the end when it is asked for.
_BEFORE = COLUMNS.replace("p.checked_at", "ranked.checked_at")
# Those that are claimed together keep their order: each is a microsecond after the one before it.
CHECK = text(f"""
WITH due AS (
    SELECT id, checked_at, COALESCE(checked_at, asked_at) AS last FROM process
    WHERE ended_at IS NULL AND COALESCE(checked_at, asked_at) < statement_timestamp() - :every
        AND asked_at < statement_timestamp() - :young
    ORDER BY COALESCE(checked_at, asked_at), id LIMIT :limit FOR UPDATE SKIP LOCKED
), moment AS MATERIALIZED (SELECT clock_timestamp() AS at), ranked AS (
    SELECT due.*, moment.at, row_number() OVER (ORDER BY last, id) AS place FROM due, moment
)
UPDATE process p SET checked_at = ranked.at + ranked.place * interval '1 microsecond'
FROM ranked WHERE ranked.id = p.id
RETURNING ranked.at - ranked.last AS age, {_BEFORE}
""")


class Checks(NamedTuple):
    """Processes to compare with Temporal, those first that were not for longest."""

    processes: list[Process]
    behind: timedelta
    """How long ago the first of them was compared, or asked for."""


def claim_checks(session: Session, *, every: timedelta, young: timedelta, limit: int) -> Checks:
    """Claim open processes not compared for ``every``, and asked for longer than ``young`` ago.

    Returns them with the ``checked_at`` from before. Concurrent callers claim other processes.
    """
    parameters = {"every": every, "young": young, "limit": limit}
    rows = session.execute(CHECK, parameters).all()
    ordered = sorted(rows, key=lambda row: (-row.age, row.id))
    behind = ordered[0].age if ordered else timedelta()
    return Checks([Process(*row[1:]) for row in ordered], behind)


_GIVE_BACK = text("""
UPDATE process SET checked_at = open.before
FROM (
    SELECT p.id, claimed.before FROM process p
    JOIN unnest(CAST(:ids AS uuid[]), CAST(:before AS timestamptz[])) AS claimed(id, before)
        ON claimed.id = p.id
    WHERE p.ended_at IS NULL ORDER BY p.id FOR UPDATE OF p
) open
WHERE open.id = process.id
""")


def give_checks_back(session: Session, claimed: Sequence[Process]) -> None:
    """Put processes that were claimed, and not compared, back in the place that they had."""
    before = {"ids": [p.id for p in claimed], "before": [p.checked_at for p in claimed]}
    session.execute(_GIVE_BACK, before)


# A step keeps what is stuck of it, and that its process.
_FORGET = text("""
DELETE FROM process WHERE id IN (
    SELECT id FROM process p
    WHERE type = :type AND ended_at < statement_timestamp() - :kept_for
        AND NOT EXISTS (SELECT FROM stuck k WHERE k.process_id = p.id)
    ORDER BY ended_at LIMIT :limit FOR UPDATE SKIP LOCKED
) RETURNING id
""")


def forget(
    session: Session, type_: ProcessType, kept_for: timedelta, *, limit: int = 1000
) -> list[UUID]:
    """Delete processes of a type that ended so long ago; returns their ids.

    The caller deletes what is theirs. One of which something is or was lately stuck stays.
    """
    asked_for = {"type": type_, "kept_for": kept_for, "limit": limit}
    return list(session.execute(_FORGET, asked_for).scalars())
