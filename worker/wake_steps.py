"""What keeps processes going: whoever may go on is told so, from what the database says.

Each look is short and harmless to repeat, so every worker takes care. What could not be told is
told again, and whoever waits looks by itself now and then: nothing depends on one word arriving.
"""

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from domain.provisioning.steps import StepRules
from runtime.periodic import run_periodically
from services import launcher
from services.engine import Engine
from services.ops.wake import wake
from storage.database import Database
from storage.processes import processes
from storage.processes.process_queries import Process
from storage.provisioning import wakeups
from workflows.catalog import STARTS_AFTER

log = structlog.get_logger(__name__)

_EVERY = 0.5


class Caretaker:
    """Looks twice a second."""

    def __init__(
        self, database: Database, client: Client, task_queue: str, rules: StepRules
    ) -> None:
        self._engine = Engine(database, client, task_queue)
        self._database = database
        self._client = client
        self._rules = rules

    def taking_care(self) -> AbstractAsyncContextManager[None]:
        """Take care while the block runs."""
        return run_periodically(self._look_well, lambda: _EVERY)

    async def _look_well(self) -> None:
        try:
            await self.look()
        except (SQLAlchemyError, RPCError) as error:
            log.warning("caretaker_hindered", error=type(error).__name__)
        except Exception:
            log.exception("caretaker_failed")  # without it nobody would be woken any more

    async def look(self) -> None:
        """Tell everyone who may go on now; start what was asked for and has not begun."""
        for workflow_id in await asyncio.to_thread(self._to_wake):
            await wake(self._client, workflow_id)
        for process in await asyncio.to_thread(self._unstarted):
            await self._start(process)

    async def _start(self, process: Process) -> None:
        try:
            await launcher.begin(self._engine, process)
        except RPCError:
            raise  # Temporal is away: for the others as well
        except Exception:
            log.exception("cannot_be_started", process_id=str(process.id), type=process.type)

    def _to_wake(self) -> list[str]:
        with self._database.transaction() as session:
            wakeups.plan(session, self._rules)
        with self._database.transaction() as session:
            found = wakeups.due(session)
        with self._database.transaction() as session:
            return list(dict.fromkeys([*found, *wakeups.decided(session)]))

    def _unstarted(self) -> list[Process]:
        with self._database.transaction() as session:
            return processes.claim_unstarted(session, STARTS_AFTER)
