"""Find delegations of which something is due, let them follow their dates, and tell people.

What dates bring about is told once, whether one sweep runs or several, and whatever ends one in the
middle: everything of one delegation is in one transaction with the note of when it is next due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.delegations.due_dates import Dates
from storage.audit import events
from storage.database import Connection, Session
from storage.delegations import date_changes, dates, grant_dates, notices
from storage.delegations.dates import DATES

BATCH = 1000
"""Most delegations of one transaction."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A delegation of which something is due, locked."""

    id: UUID
    dates: Dates
    since: datetime
    """The moment from which on nothing was done yet."""


# The statement's time is one value, which the index is searched by; the clock would be read anew
# for each of its rows.
_FIND = text("""
SELECT id FROM delegation WHERE next_due_at <= statement_timestamp()
ORDER BY next_due_at LIMIT :limit
""")
# Another sweep may have done some of them meanwhile; those that somebody changes are left to the
# next sweep.
_LOCK = text("""
SELECT d.id, d.starts_at, d.ends_at, v.through_day, d.next_due_at FROM delegation d
JOIN delegation_version v ON v.delegation_id = d.id AND v.number = d.version
WHERE d.id = ANY(:ids) AND d.next_due_at <= clock_timestamp()
ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED
""")
_AGE = text("""
SELECT COALESCE(CAST(extract(epoch FROM statement_timestamp() - min(next_due_at)) AS float), 0)
FROM delegation WHERE next_due_at <= statement_timestamp()
""")


def sweep(session: Session, zone: ZoneInfo, *, limit: int = BATCH) -> int:
    """Do what is due of up to ``limit`` delegations; returns how many they were. Repeatable.

    Where sweeps were missed, what has happened is told with its moment, and of several warnings
    only the last; none of an end that has passed.
    """
    found = session.execute(_FIND, {"limit": limit}).scalars().all()
    if not found:
        return 0
    grant_dates.lock(session, found)
    due = [
        _Due(id_, Dates(starts_at, ends_at, through_day), since)
        for id_, starts_at, ends_at, through_day, since in session.execute(_LOCK, {"ids": found})
    ]
    dates.follow(session, [each.id for each in due])
    _go_on(session, due, zone)
    return len(due)


def _go_on(session: Session, due: Sequence[_Due], zone: ZoneInfo) -> None:
    """Warn of the ends to come, and note when each delegation is next due."""
    now = events.now(session)
    following = {each.id: each.dates.next_due(zone, now) for each in due}
    date_changes.set_next_due(session, {id_: at for id_, at in following.items() if at})
    warned = {each.id: each.dates.warning_due(zone, each.since, now) for each in due}
    notices.of_ends_to_come(session, _given(warned), actor=DATES)


def _given(warned: Mapping[UUID, int | None]) -> Mapping[UUID, int]:
    return {id_: days for id_, days in warned.items() if days is not None}


def age(connection: Connection) -> float:
    """Return the seconds since the delegation that is most overdue became due; 0: none is."""
    seconds: float = connection.execute(_AGE).scalar_one()
    return seconds
