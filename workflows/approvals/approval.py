"""An approval: wait for confirmations, remind, ask the register, carry the act out, or lapse.

The database decides; a signal only says that there is something new to look at there.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.approvals.approval import (
        ApprovalActivities,
        ApprovalStart,
        CheckRegisterActivities,
    )
    from domain.task_queues import RegisterQueue
    from workflows.task_queues import on_queue

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
CHECK = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=60),
    schedule_to_close_timeout=timedelta(seconds=90),
    heartbeat_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=3),
)
# While the register cannot be asked, each wait is twice as long as the one before it.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(minutes=10)
# The clocks of database and Temporal differ: nothing is looked for a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


@workflow.defn(name="Approval")
class Approval:
    """Do what is due of an approval, by the database, until it is over."""

    def __init__(self) -> None:
        self._changed = False
        self._wait = _FIRST_WAIT

    @workflow.run
    async def run(self, start: ApprovalStart) -> None:
        """Return when the act is carried out, or the approval has ended otherwise."""
        while True:
            self._changed = False
            due = await workflow.execute_activity_method(ApprovalActivities.proceed, start, **QUICK)
            if due is None:
                return
            pause = due.pause + _CLOCKS_DIFFER
            if due.check_register:
                if await self._check(start):
                    self._wait = _FIRST_WAIT
                    continue
                pause = min(pause, self._wait)
                self._wait = min(2 * self._wait, _LONGEST_WAIT)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
            await self._until(pause)

    async def _check(self, start: ApprovalStart) -> bool:
        """Ask the register; False: it could not be asked, or its answer not be used."""
        config = on_queue(RegisterQueue.PEOPLE, CHECK)
        try:
            return await workflow.execute_activity_method(
                CheckRegisterActivities.check_register, start, **config
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return False

    async def _until(self, pause: timedelta) -> None:
        """Wait so long, or until something changed."""
        try:
            await workflow.wait_condition(
                lambda: self._changed,
                timeout=pause,
                timeout_summary="the next reminder, the lapse, or the register",
            )
        except TimeoutError:
            return

    @workflow.signal
    def changed(self) -> None:
        """Look again: something of it changed in the database."""
        self._changed = True
