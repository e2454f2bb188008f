"""Schedule of what starts by the clock. Only decides when: what must survive a crash is a workflow.

Each scheduled time starts one workflow whose id is made of its name and that time, so two
schedulers, or one that restarts, start it once. Times that passed while no scheduler ran are
caught up at the start, if they are not older than the grace.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from registry_sync.scheduler.crontab_trigger import CrontabTrigger
from settings.crontab import Crontab
from storage.database import LOST

log = structlog.get_logger(__name__)

_RETRY = timedelta(seconds=10)

Job = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timed:
    """Something that starts by the clock: a source of the register, the check for drift."""

    times: str
    """Crontab; empty: it never starts."""
    zone: ZoneInfo
    start: Callable[[str], Awaitable[bool]]
    """Start the run about this subject, once however often it is called. False: it is written
    down, and a worker starts it later."""


def subject_of(scheduled: datetime) -> str:
    """Return the subject of a run for this time; part of its workflow id."""
    return f"{scheduled.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


class Schedule:
    """Times at which each of these starts, by name."""

    def __init__(self, timed: Mapping[str, Timed], *, grace: timedelta) -> None:
        self._grace = grace
        self._starts = {name: each.start for name, each in timed.items()}
        self._crontabs = {
            name: Crontab.parse(each.times, each.zone) for name, each in timed.items() if each.times
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
        for name, crontab in self._crontabs.items():
            trigger = CrontabTrigger(crontab)
            made.add_job(self._start_due, trigger, args=[name], id=name, replace_existing=True)
        for seconds, job in housekeeping.items():
            made.add_job(job, IntervalTrigger(seconds=seconds), misfire_grace_time=None)
        return made

    async def catch_up(self, now: datetime) -> None:
        """Start runs that were due while no scheduler ran. One that did run is not repeated."""
        await asyncio.gather(*(self._start_last(name, now) for name in self._crontabs))

    async def _start_due(self, name: str) -> None:
        # APScheduler does not say for which time a job runs: it is the last one that was due.
        await self._start_last(name, datetime.now(UTC))

    async def _start_last(self, name: str, now: datetime) -> None:
        scheduled = self._crontabs[name].last_due(now, self._grace)
        if scheduled is not None:
            await self.start(name, scheduled)

    async def start(self, name: str, scheduled: datetime) -> None:
        """Start the run of this name and time, once however often it is called.

        Where Temporal cannot be reached, a worker starts the run later. While the database cannot
        be reached, tries again until the grace is over.
        """
        subject = subject_of(scheduled)
        while True:
            try:
                started = await self._starts[name](subject)
            except LOST as error:
                if datetime.now(UTC) > scheduled + self._grace:
                    log.critical("run_missed", run=name, subject=subject)
                    return
                log.warning("run_start_failed", run=name, error=type(error).__name__)
                await asyncio.sleep(_RETRY.total_seconds())
                continue
            event = "run_started" if started else "run_start_postponed"
            log.info(event, run=name, subject=subject)
            return
