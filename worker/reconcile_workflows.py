"""Processes that the database says run, compared with Temporal: what does not go on is listed.

Every worker does it, one at a time. What an earlier look has listed and is well again, or has
ended, is closed.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.periodic import run_periodically
from services.ops.workflow_findings import is_news, note
from services.ops.workflow_health import examine
from storage import locks
from storage.database import Connection, Database
from storage.locks import Purpose
from storage.ops import open_processes, workflow_problems

log = structlog.get_logger(__name__)

AT_ONCE = 10
_PAGE = 1000
_YOUNG = timedelta(seconds=5)
"""A younger process's workflow is perhaps just being started."""

LOOKED_AT = Counter("volitus_reconciled", "Open processes that were compared with Temporal.")
AGE = Gauge(
    "volitus_reconciliation_age_seconds",
    "Since this worker last compared all open processes with Temporal, or found another doing so.",
)


class Reconciliation:
    """Looks now and then."""

    def __init__(self, database: Database, client: Client, every: timedelta) -> None:
        self._database = database
        self._client = client
        self._every = every.total_seconds()
        self._good = time.monotonic()

    def going_on(self) -> AbstractAsyncContextManager[None]:
        """Look while the block runs."""
        AGE.set_function(lambda: time.monotonic() - self._good)
        return run_periodically(self._look_well, self._pause, first=self._pause())

    def _pause(self) -> float:
        # Not all workers at the same moment.
        return self._every * random.uniform(0.5, 1.5)  # noqa: S311

    async def _look_well(self) -> None:
        try:
            await self.look()
        except (SQLAlchemyError, RPCError, RuntimeError) as error:
            # Nothing more is concluded. RuntimeError: Temporal cannot be connected to.
            log.warning("reconciliation_hindered", error=type(error).__name__)
        except Exception:
            log.exception("reconciliation_failed")

    async def look(self, young: timedelta = _YOUNG) -> bool:
        """Compare all that runs, unless somebody else does so now; whether it was done.

        Raises RPCError or RuntimeError where Temporal is away: what it did not tell is left as
        it was.
        """
        async with self._alone() as alone:
            if alone:
                await self._compare(young)
        self._good = time.monotonic()
        return alone

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        """Whether nobody else looks while the block runs."""
        with ExitStack() as stack:
            connection = await asyncio.to_thread(stack.enter_context, self._database.reading())
            taken = await asyncio.to_thread(
                locks.try_session_lock, connection, Purpose.RECONCILIATION
            )
            try:
                yield taken
            finally:
                if taken:
                    await asyncio.to_thread(_give_back, connection)

    async def _compare(self, young: timedelta) -> None:
        begun, looked_at, found, after = time.monotonic(), 0, 0, UUID(int=0)
        while page := await asyncio.to_thread(self._page, after, young):
            found += await self._compare_page(page)
            looked_at += len(page)
            after = page[-1].id
        over = await asyncio.to_thread(self._close_over)
        took = round(time.monotonic() - begun, 2)
        log.info("reconciled", looked_at=looked_at, found=found, over=over, seconds=took)

    def _page(self, after: UUID, young: timedelta) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return open_processes.page(connection, after=after, limit=_PAGE, young=young)

    async def _compare_page(self, page: Sequence[Row[Any]]) -> int:
        """How many do not go on."""
        left = iter(page)
        found = 0

        async def take() -> None:
            nonlocal found
            for process in left:  # shared: each takes the next one
                examined = await examine(self._client, process)
                LOOKED_AT.inc()
                found += examined.finding is not None
                if is_news(process, examined):
                    await asyncio.to_thread(note, self._database, process, examined)

        tasks = [asyncio.create_task(take()) for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # where one could not be told, the others stop as well
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return found

    def _close_over(self) -> int:
        closed = 0
        while True:
            with self._database.transaction() as session:
                over = workflow_problems.close_over(session)
            closed += over
            if not over:
                return closed


def _give_back(connection: Connection) -> None:
    with suppress(SQLAlchemyError):  # the lock ends with the connection
        locks.release(connection, Purpose.RECONCILIATION)
