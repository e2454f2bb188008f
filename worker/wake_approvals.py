"""Wake the workflows of approvals of which something changed in the database.

Whatever changes one (a confirmation over HTTP, an officer's look) only writes. Every worker looks
twice a second and signals; a signal that was lost is sent again, and one too many harms nothing.
"""

from contextlib import AbstractAsyncContextManager

from temporalio.service import RPCError, RPCStatusCode

from domain.approvals.rules import JointApproval
from domain.processes import approval_id
from services.engine import Engine
from storage.approvals import wakeups
from worker import frequent_check
from workflows.approvals.approval import Approval


class ApprovalWaker:
    """Wakes the workflows of approvals twice a second."""

    def __init__(self, engine: Engine, joint: JointApproval) -> None:
        """``joint``: where it is ``off``, what is open is looked at once, and ends."""
        self._engine = engine
        self._ends_all = joint is JointApproval.OFF

    def running(self) -> AbstractAsyncContextManager[None]:
        """Wake them while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="approvals_not_woken", failed="wake_approvals_failed"
        )

    async def check(self) -> None:
        """Signal each that is to look again. Raises RPCError where Temporal is unavailable."""
        if self._ends_all:
            await self._engine.write(wakeups.touch_all)
            self._ends_all = False
        for id_ in await self._engine.write(wakeups.claim):
            handle = self._engine.temporal.get_workflow_handle(approval_id(id_))
            try:
                await handle.signal(Approval.changed)
            except RPCError as error:
                # It was never started: then it looks first of all.
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
