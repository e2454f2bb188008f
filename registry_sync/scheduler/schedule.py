"""When to read the register. Says when and nothing more: what must survive a crash is a workflow.

Each firing starts one workflow whose id is made of the source and the scheduled time, so two
schedulers, or one that restarts, start it once. What fired while no scheduler ran is caught up at
the start, if it is not older than the grace.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.registry.sync_runs import Source, SyncRequest
from settings.crontab import last_due, trigger_of
from workflows.registry.register_sync import RegisterSync, sync_id

log = structlog.get_logger()

# APScheduler does not tell a job for which time it runs; the executor does, through the context.
_SCHEDULED_AT: ContextVar[datetime] = ContextVar("scheduled_at")
_RETRY = timedelta(seconds=10)

Job = Callable[[], Awaitable[None]]


class _RunTimeExecutor(AsyncIOExecutor):  # type: ignore[misc] # APScheduler 3 has no types
    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        token = _SCHEDULED_AT.set(run_times[-1])
        try:
            super()._do_submit_job(job, run_times)
        finally:
            _SCHEDULED_AT.reset(token)


def subject_of(scheduled: datetime) -> str:
    """What a run at this time is about; part of its id."""
    return f"{scheduled.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


class SyncSchedule:
    """The times of each source, and the starting of its workflow."""

    def __init__(
        self,
        client: Client,
        task_queue: str,
        times: Mapping[Source, str],
        *,
        zone: ZoneInfo,
        grace: timedelta,
    ) -> None:
        self._client = client
        self._task_queue = task_queue
        self._grace = grace
        self._triggers = {
            source: trigger_of(crontab, zone) for source, crontab in times.items() if crontab
        }

    def scheduler(self, housekeeping: Mapping[int, Job]) -> AsyncIOScheduler:
        """A scheduler with these times, and jobs of housekeeping by their seconds between runs."""
        made = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": _RunTimeExecutor()},
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": int(self._grace.total_seconds()),
            },
        )
        for source, trigger in self._triggers.items():
            made.add_job(self._fire, trigger, args=[source], id=source, replace_existing=True)
        for seconds, job in housekeeping.items():
            made.add_job(job, IntervalTrigger(seconds=seconds), misfire_grace_time=None)
        return made

    async def catch_up(self, now: datetime) -> None:
        """Start what was due while no scheduler ran. What did run then is not started again."""
        due = {
            source: last_due(trigger, now, self._grace)
            for source, trigger in self._triggers.items()
        }
        await asyncio.gather(*(self.start(source, at) for source, at in due.items() if at))

    async def _fire(self, source: Source) -> None:
        await self.start(source, _SCHEDULED_AT.get())

    async def start(self, source: Source, scheduled: datetime) -> None:
        """Start the run of this source and time once, however often it is called.

        While Temporal cannot be reached it tries again, until the grace is over.
        """
        subject = subject_of(scheduled)
        while True:
            try:
                await self._start(source, subject)
            except WorkflowAlreadyStartedError:
                log.info("sync_already_started", source=source, subject=subject)
            except (RPCError, WorkflowFailureError, RuntimeError) as error:
                if datetime.now(UTC) > scheduled + self._grace:
                    log.critical("sync_missed", source=source, subject=subject)
                    return
                log.warning("sync_start_failed", source=source, trouble=type(error).__name__)
                await asyncio.sleep(_RETRY.total_seconds())
                continue
            return

    async def _start(self, source: Source, subject: str) -> None:
        await self._client.start_workflow(
            RegisterSync.run,
            SyncRequest(source=source, subject=subject),
            id=sync_id(source, subject),
            task_queue=self._task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        log.info("sync_started", source=source, subject=subject)
