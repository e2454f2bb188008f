"""Tell workflows that sleep for days that their process has ended in the database.

Whatever ends one (an answer over HTTP, the end of what it hangs on, an account that is closed) only
writes. Every worker tells: a signal too many harms nothing.
"""

from contextlib import AbstractAsyncContextManager

from temporalio.service import RPCError, RPCStatusCode

from services.engine import Engine
from storage.processes import processes
from storage.processes.process_queries import Process
from worker import frequent_check
from workflows.catalog import CATALOG


class EndTeller:
    """Tells workflows twice a second that their processes have ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def running(self) -> AbstractAsyncContextManager[None]:
        """Tell them while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="ends_not_told", failed="tell_ended_failed"
        )

    async def check(self) -> None:
        """Tell each workflow that was not told. Raises RPCError where Temporal is unavailable."""
        if not (untold := await self._engine.read(processes.untold)):
            return
        for process in untold:
            await self._tell(process)
        ids = [process.id for process in untold]
        await self._engine.write(lambda session: processes.told(session, ids))

    async def _tell(self, process: Process) -> None:
        signal = CATALOG[process.type].end_signal
        if signal is None:
            raise ValueError(f"{process.type} has no signal")
        try:
            await self._engine.temporal.get_workflow_handle(process.workflow_id).signal(signal)
        except RPCError as error:
            # It has ended already, or was never started: then it looks first of all.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
