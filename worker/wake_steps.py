"""Wake the processes that may continue, as the database shows: of steps, and of held runs.

A check is short and safe to repeat, so every worker does it. A signal that could not be sent is
sent again, and a waiting step also checks from time to time: nothing depends on one signal.
"""

from contextlib import AbstractAsyncContextManager

from domain.provisioning.step_rules import StepRules
from services.engine import Engine
from services.ops.wake import wake
from storage.ops import decisions
from storage.provisioning import wakeups
from storage.registry import sync_decisions
from worker import frequent_check


class StepWaker:
    """Wakes processes twice a second."""

    def __init__(self, engine: Engine, rules: StepRules) -> None:
        self._engine = engine
        self._rules = rules

    def running(self) -> AbstractAsyncContextManager[None]:
        """Wake processes while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="steps_not_woken", failed="wake_steps_failed"
        )

    async def check(self) -> None:
        """Wake the processes whose turn, target or decision has come."""
        write = self._engine.write
        await write(lambda session: wakeups.plan_turns(session, self._rules))
        due = await write(wakeups.claim_due)
        to_undo = await write(wakeups.claim_to_undo)
        decided = await write(decisions.claim_to_wake)
        actions: dict[str, list[str]] = {}
        for workflow_id, action in [*due, *to_undo, *decided]:
            actions.setdefault(workflow_id, []).append(action)
        for workflow_id, named in actions.items():
            await wake(self._engine.temporal, workflow_id, named)
        for workflow_id in await write(sync_decisions.claim_to_wake):
            await wake(self._engine.temporal, workflow_id)
