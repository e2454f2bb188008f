"""Start processes that were requested and not started.

The requester of a process starts its workflow after the transaction; where Temporal was
unavailable, or the program died in between, a worker starts it. Every worker does this: each
claims others.
"""

from contextlib import AbstractAsyncContextManager

import structlog
from temporalio.service import RPCError

from services import launcher
from services.engine import Engine
from services.temporal import refuses_request
from storage.database import LOST
from storage.processes import processes
from storage.processes.process_queries import Process
from worker import frequent_check
from workflows.catalog import STARTS_AFTER

log = structlog.get_logger(__name__)


class ProcessStarter:
    """Starts what is unstarted, twice a second; one process again with a back-off."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def running(self) -> AbstractAsyncContextManager[None]:
        """Start processes while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="processes_not_started", failed="start_processes_failed"
        )

    async def check(self) -> None:
        """Start every process that is due. Raises RPCError where Temporal is unavailable."""
        for process in await self._engine.write(
            lambda session: processes.claim_unstarted(session, STARTS_AFTER)
        ):
            await self._start(process)

    async def _start(self, process: Process) -> None:
        try:
            await launcher.begin(self._engine, process)
        except LOST:
            raise  # the database is unavailable: for the others as well
        except Exception as error:
            if isinstance(error, RPCError) and not refuses_request(error):
                raise  # and so is Temporal
            log.exception("process_not_started", process_id=str(process.id), type=process.type)
