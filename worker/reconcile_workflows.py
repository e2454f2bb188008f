"""Open processes compared with Temporal, those first that were not for longest.

A process whose workflow does not go on is listed as stuck; one that is listed, and is well again or
has ended, is closed. Each worker claims others, so together they compare each process once.
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
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.periodic import run_periodically
from services.ops.workflow_findings import is_news, note
from services.ops.workflow_health import examine
from storage.database import Database
from storage.ops import workflow_problems
from storage.processes import processes
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

AT_ONCE = 10
_YOUNG = timedelta(seconds=5)
"""A younger process's workflow is perhaps just being started."""
_IDLE_SECONDS = 5.0
"""Between two turns when nothing is due."""

LOOKED_AT = Counter("volitus_reconciled", "Open processes that were compared with Temporal.")
AGE = Gauge(
    "volitus_reconciliation_age_seconds",
    "Since this worker last compared what was due, or found nothing due.",
)
BEHIND = Gauge(
    "volitus_reconciliation_behind_seconds",
    "How long ago the process was compared whose turn it was last; 0: nothing was due.",
)


class Reconciliation:
    """Compares at most ``rate`` processes a second, each one every ``every``."""

    def __init__(
        self, database: Database, client: Client, *, every: timedelta, rate: float
    ) -> None:
        self._database = database
        self._client = client
        self._every = every
        self._batch = ceil(rate)
        self._seconds = self._batch / rate
        self._good = time.monotonic()
        self._closed_at = -every.total_seconds()
        self._pause = 0.0

    def going_on(self) -> AbstractAsyncContextManager[None]:
        """Compare while the block runs."""
        AGE.set_function(lambda: time.monotonic() - self._good)
        first = self._seconds * random.random()  # noqa: S311 # not all workers at the same moment
        return run_periodically(self._check_safely, lambda: self._pause, first=first)

    async def _check_safely(self) -> None:
        begun, idle = time.monotonic(), min(_IDLE_SECONDS, self._every.total_seconds())
        try:
            compared = await self.check()
        except (SQLAlchemyError, RPCError, RuntimeError) as error:
            # Nothing more is concluded. RuntimeError: Temporal cannot be connected to.
            log.warning("reconciliation_hindered", error=type(error).__name__)
            self._pause = idle
        except Exception:
            log.exception("reconciliation_failed")
            self._pause = idle
        else:
            rest = self._seconds - (time.monotonic() - begun)
            self._pause = max(rest, 0) if compared else idle

    async def check(self, young: timedelta = _YOUNG) -> int:
        """Compare the processes that are due, a second's worth at most; returns how many.

        Raises RPCError or RuntimeError where Temporal is away: what it did not tell is left as
        it was, and comes first when it is back.
        """
        await self._close_ended()
        claimed = await asyncio.to_thread(self._claim, young)
        found = await self._compare(*claimed) if claimed[0] else 0
        self._good = time.monotonic()
        if found:
            log.info("reconciled", compared=len(claimed[0]), found=found)
        return len(claimed[0])

    def _claim(self, young: timedelta) -> tuple[list[Process], set[UUID]]:
        """The processes that are due, and which of them are listed."""
        with self._database.transaction() as session:
            due = processes.claim_checks(session, every=self._every, young=young, limit=self._batch)
            BEHIND.set(due.behind.total_seconds())
            listed = workflow_problems.listed(session, [each.id for each in due.processes])
        return due.processes, listed

    async def _compare(self, due: Sequence[Process], listed: set[UUID]) -> int:
        """Returns how many do not go on."""
        left, unchecked = iter(due), {process.id for process in due}
        found = 0

        async def take() -> None:
            nonlocal found
            for process in left:  # shared: each takes the next one
                examined = await examine(self._client, process)
                LOOKED_AT.inc()
                unchecked.discard(process.id)
                found += examined.finding is not None
                if is_news(examined, is_listed=process.id in listed):
                    await asyncio.to_thread(note, self._database, process, examined)

        tasks = [asyncio.create_task(take()) for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # where one could not be told, the others stop as well
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if unchecked:
                await asyncio.to_thread(self._give_back, list(unchecked))
        return found

    def _give_back(self, ids: Sequence[UUID]) -> None:
        with self._database.transaction() as session:
            processes.give_checks_back(session, ids)

    async def _close_ended(self) -> None:
        """Now and then: what is listed of processes that have ended is closed."""
        if time.monotonic() < self._closed_at + self._every.total_seconds():
            return
        while await asyncio.to_thread(self._close_some):
            pass
        self._closed_at = time.monotonic()

    def _close_some(self) -> int:
        with self._database.transaction() as session:
            return workflow_problems.close_over(session)
