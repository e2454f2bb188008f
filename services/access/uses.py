"""Last use of access: noted in memory by whatever decides, written by the minute.

Nothing is written while a check is decided. A process that is killed loses what it noted since its
last minute.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from domain.access.uses import Use
from domain.days import day_of, start_of
from domain.identifiers import PersonKey
from runtime.threads import on_thread
from storage.access import uses as stored
from storage.database import Database, DatabaseError

log = structlog.get_logger(__name__)

MOST = 100_000
"""Pairs of person and account that are noted at most: about 30 MB."""
_EVERY = timedelta(minutes=1)
_TOGETHER = 5_000
"""Uses that one statement records."""


class AccessUses:
    """The uses of access that are noted and not written yet. Thread-safe.

    Args:
        zone: The zone of the installation, of which a use has its day.
        most: Pairs that are held at most: the one noted first is dropped for a new one.
        clock: Seconds since 1970.
    """

    def __init__(
        self, zone: ZoneInfo, *, most: int = MOST, clock: Callable[[], float] = time.time
    ) -> None:
        self._zone = zone
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._noted: dict[tuple[UUID | PersonKey, UUID], date] = {}
        self._dropped = 0
        self._day = date.min
        self._day_ends = 0.0

    def note(self, person: UUID | PersonKey, account_id: UUID) -> None:
        """Note that a person uses their access to an account now."""
        now = self._clock()
        with self._lock:
            if now >= self._day_ends:
                self._begin_day(now)
            self._put((person, account_id), self._day)

    def _begin_day(self, now: float) -> None:
        self._day = day_of(datetime.fromtimestamp(now, UTC), self._zone)
        self._day_ends = start_of(self._day + timedelta(days=1), self._zone).timestamp()

    def _put(self, pair: tuple[UUID | PersonKey, UUID], day: date) -> None:
        noted = self._noted
        if len(noted) >= self._most and pair not in noted:
            del noted[next(iter(noted))]
            self._dropped += 1
        noted[pair] = day

    def flush(self, database: Database) -> None:
        """Write what is noted. Raises DatabaseError where it cannot: then it stays noted."""
        with self._lock:
            taken, self._noted = self._noted, {}
            dropped, self._dropped = self._dropped, 0
        if dropped:
            log.warning("access_uses_dropped", count=dropped)
        uses = [Use(person, account_id, day) for (person, account_id), day in taken.items()]
        try:
            for first in range(0, len(uses), _TOGETHER):
                _record(database, uses[first : first + _TOGETHER])
        except DatabaseError:
            self._take_back(uses)
            raise

    def _take_back(self, uses: Sequence[Use]) -> None:
        with self._lock:
            newer, self._noted = self._noted, {}
            for use in uses:
                self._put((use.person, use.account_id), use.day)
            for pair, day in newer.items():
                self._put(pair, day)


def _record(database: Database, uses: Sequence[Use]) -> None:
    with database.transaction() as session:
        stored.record(session, uses)


@asynccontextmanager
async def flushing(
    uses: AccessUses, database: Database, every: timedelta = _EVERY
) -> AsyncIterator[None]:
    """Write uses every minute while the block runs, and once more at its end.

    While the database is away they stay noted, and are tried again.
    """

    async def by_the_minute() -> None:
        while True:
            await asyncio.sleep(every.total_seconds())
            await _try(uses, database)

    task = asyncio.create_task(by_the_minute())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await _try(uses, database)


async def _try(uses: AccessUses, database: Database) -> None:
    try:
        await on_thread(lambda: uses.flush(database))
    except DatabaseError as error:
        log.warning("access_uses_not_written", error=type(error).__name__)
