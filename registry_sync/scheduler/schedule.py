"""Schedule of reading the register. Only decides when: what must survive a crash is a workflow.

Each scheduled time starts one workflow whose id is made of the source and that time, so two
schedulers, or one that restarts, start it once. Times that passed while no scheduler ran are
caught up at the start, if they are not older than the grace.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from domain.registry.sync import SyncSource
from registry_sync.scheduler.crontab_trigger import CrontabTrigger
from services.engine import Engine
from services.registry.start_sync import start_sync
from settings.crontab import Crontab
from storage.database import LOST

log = structlog.get_logger(__name__)

_RETRY = timedelta(seconds=10)

Job = Callable[[], Awaitable[None]]


def subject_of(scheduled: datetime) -> str:
    """Return the subject of a run for this time; part of its workflow id."""
    return f"{scheduled.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


class SyncSchedule:
    """Times at which each source is read. Starts its run at each of them."""

    def __init__(
        self,
        engine: Engine,
        times: Mapping[SyncSource, str],
        *,
        zone: ZoneInfo,
        grace: timedelta,
    ) -> None:
        self._engine = engine
        self._grace = grace
        self._crontabs = {
            source: Crontab.parse(text, zone) for source, text in times.items() if text
        }

    def scheduler(self, housekeeping: Mapping[int, Job]) -> AsyncIOScheduler:
        """Build a scheduler of these times, and of housekeeping jobs by seconds between runs."""
        made = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": int(self._grace.total_seconds()),
            },
        )
        for source, crontab in self._crontabs.items():
            trigger = CrontabTrigger(crontab)
            made.add_job(self._start_due, trigger, args=[source], id=source, replace_existing=True)
        for seconds, job in housekeeping.items():
            made.add_job(job, IntervalTrigger(seconds=seconds), misfire_grace_time=None)
        return made

    async def catch_up(self, now: datetime) -> None:
        """Start runs that were due while no scheduler ran. One that did run is not repeated."""
        await asyncio.gather(*(self._start_last(source, now) for source in self._crontabs))

    async def _start_due(self, source: SyncSource) -> None:
        # APScheduler does not say for which time a job runs: it is the last one that was due.
        await self._start_last(source, datetime.now(UTC))

    async def _start_last(self, source: SyncSource, now: datetime) -> None:
        scheduled = self._crontabs[source].last_due(now, self._grace)
        if scheduled is not None:
            await self.start(source, scheduled)

    async def start(self, source: SyncSource, scheduled: datetime) -> None:
        """Start the run of this source and time, once however often it is called.

        Where Temporal cannot be reached, a worker starts the run later. While the database cannot
        be reached, tries again until the grace is over.
        """
        subject = subject_of(scheduled)
        while True:
            try:
                started = await start_sync(self._engine, source, subject)
            except LOST as error:
                if datetime.now(UTC) > scheduled + self._grace:
                    log.critical("sync_missed", source=source, subject=subject)
                    return
                log.warning("sync_start_failed", source=source, error=type(error).__name__)
                await asyncio.sleep(_RETRY.total_seconds())
                continue
            event = "sync_started" if started else "sync_start_postponed"
            log.info(event, source=source, subject=subject)
            return
