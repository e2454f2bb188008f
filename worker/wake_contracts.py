"""Wake the workflows of contracts of which something changed in the database.

Whatever changes one only writes. Every worker looks twice a second and signals; a signal that was
lost is sent again, and one too many harms nothing.
"""

from contextlib import AbstractAsyncContextManager

from temporalio.service import RPCError, RPCStatusCode

from domain.processes import ProcessType, contract_end_id, contract_start_id
from services.engine import Engine
from storage.contracts import wakeups
from storage.contracts.wakeups import ToWake
from worker import frequent_check
from workflows.contracts.contract_end import ContractEnd
from workflows.contracts.contract_start import ContractStart


class ContractWaker:
    """Wakes the workflows of contracts twice a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def running(self) -> AbstractAsyncContextManager[None]:
        """Wake them while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="contracts_not_woken", failed="wake_contracts_failed"
        )

    async def check(self) -> None:
        """Signal each that is to look again. Raises RPCError where Temporal is unavailable."""
        for each in await self._engine.write(wakeups.claim):
            try:
                await self._signal(each)
            except RPCError as error:
                # It was never started: then it looks first of all.
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise

    async def _signal(self, each: ToWake) -> None:
        temporal = self._engine.temporal
        if each.type is ProcessType.CONTRACT_END:
            handle = temporal.get_workflow_handle(contract_end_id(each.contract_id))
            await handle.signal(ContractEnd.changed)
        else:
            handle = temporal.get_workflow_handle(contract_start_id(each.contract_id))
            await handle.signal(ContractStart.changed)
