"""Wake the workflows of payments of which something changed in the database.

Whatever changes one only writes. Every worker looks twice a second and signals; a signal that was
lost is sent again, and one too many harms nothing.
"""

from contextlib import AbstractAsyncContextManager

from temporalio.service import RPCError, RPCStatusCode

from services.engine import Engine
from storage.payments import wakeups
from worker import frequent_check
from workflows.payments.payment import Payment


class PaymentWaker:
    """Wakes the workflows of payments twice a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def running(self) -> AbstractAsyncContextManager[None]:
        """Wake them while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="payments_not_woken", failed="wake_payments_failed"
        )

    async def check(self) -> None:
        """Signal each that is to look again. Raises RPCError where Temporal is unavailable."""
        for workflow_id in await self._engine.write(wakeups.claim):
            handle = self._engine.temporal.get_workflow_handle(workflow_id)
            try:
                await handle.signal(Payment.changed)
            except RPCError as error:
                # It was never started: then it looks first of all.
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
