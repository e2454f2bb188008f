"""Compare open processes with their workflows in Temporal, least recently compared first.

A process whose workflow failed, is missing or has closed is listed as stuck; the item is closed
when the process runs again or has ended. Workers claim what they compare, so several share the
work.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from math import ceil
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from temporalio.service import RPCError

from runtime.periodic import run_periodically
from services.engine import Engine
from services.ops.workflow_findings import is_news, record
from services.ops.workflow_health import Examined, examine
from storage.database import LOST, Session
from storage.ops import workflow_problems
from storage.processes import processes
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

AT_ONCE = 10
_YOUNG = timedelta(seconds=5)
"""The workflow of a younger process may be about to start."""
_IDLE_SECONDS = 5.0
"""Pause where nothing was due."""

COMPARED = Counter("volitus_reconciled", "Open processes that were compared with Temporal.")
AGE = Gauge(
    "volitus_reconciliation_age_seconds",
    "Since this worker last compared processes, or found none due.",
)
BEHIND = Gauge(
    "volitus_reconciliation_behind_seconds",
    "Since the process that was next in turn had been compared; 0: none was due.",
)


class Reconciliation:
    """Compares each open process every ``every``, at most ``rate`` processes a second."""

    def __init__(self, engine: Engine, *, every: timedelta, rate: float) -> None:
        self._engine = engine
        self._every = every
        self._batch = ceil(rate)
        self._seconds = self._batch / rate
        self._good = time.monotonic()
        self._closed_at = -every.total_seconds()
        self._pause = 0.0

    def running(self) -> AbstractAsyncContextManager[None]:
        """Compare processes while the block runs."""
        AGE.set_function(lambda: time.monotonic() - self._good)
        first = self._seconds * random.random()  # noqa: S311 # not all workers at the same moment
        return run_periodically(self._check_safely, lambda: self._pause, first=first)

    async def _check_safely(self) -> None:
        begun, idle = time.monotonic(), min(_IDLE_SECONDS, self._every.total_seconds())
        try:
            compared = await self.check()
        except (*LOST, RPCError, RuntimeError) as error:
            # An error is no finding. RuntimeError: Temporal cannot be connected to.
            log.warning("reconciliation_unavailable", error=type(error).__name__)
            self._pause = idle
        except Exception:
            log.exception("reconciliation_failed")
            self._pause = idle
        else:
            rest = self._seconds - (time.monotonic() - begun)
            self._pause = max(rest, 0) if compared else idle

    async def check(self, young: timedelta = _YOUNG) -> int:
        """Compare a batch of the processes that are due; returns how many there were.

        Raises RPCError or RuntimeError where Temporal is unavailable: processes that it did not
        describe are left as they are, and are next in turn.
        """
        await self._close_ended()
        due, listed = await self._engine.write(lambda session: self._claim(session, young))
        found = await self._compare(due, listed) if due else 0
        self._good = time.monotonic()
        if found:
            log.info("reconciled", compared=len(due), found=found)
        return len(due)

    def _claim(self, session: Session, young: timedelta) -> tuple[list[Process], set[UUID]]:
        """The processes that are due, and which of them are listed."""
        due = processes.claim_checks(session, every=self._every, young=young, limit=self._batch)
        BEHIND.set(due.behind.total_seconds())
        return due.processes, workflow_problems.listed(session, [each.id for each in due.processes])

    async def _compare(self, due: Sequence[Process], listed: set[UUID]) -> int:
        """Returns how many were found not to run."""
        left, unchecked = iter(due), {process.id for process in due}
        found = 0

        async def take() -> None:
            nonlocal found
            for process in left:  # shared: each takes the next one
                examined = await examine(self._engine.temporal, process)
                COMPARED.inc()
                unchecked.discard(process.id)
                found += examined.finding is not None
                if is_news(examined, is_listed=process.id in listed):
                    await self._record(process, examined)

        tasks = [asyncio.create_task(take()) for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # where Temporal fails one, the others stop as well
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            back = [process for process in due if process.id in unchecked]
            if back:
                await self._engine.write(lambda session: processes.give_checks_back(session, back))
        return found

    async def _record(self, process: Process, examined: Examined) -> None:
        await self._engine.write(lambda session: record(session, process, examined))

    async def _close_ended(self) -> None:
        """Close what is listed of processes that have ended, every ``every``."""
        if time.monotonic() < self._closed_at + self._every.total_seconds():
            return
        while await self._engine.write(workflow_problems.close_ended):
            pass
        self._closed_at = time.monotonic()
