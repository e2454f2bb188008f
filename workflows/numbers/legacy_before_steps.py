"""How a verification that began before there were steps goes on.

A verification lives ten minutes, and the look at its SIM an hour: an hour after the release that
brought steps none of these is left, and this file, ``workflow.patched("steps")`` and the two
activities that only this file asks for can go.
"""

from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.numbers.verification import NumberVerifying, Sending

SEND = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=20)
    ),
)
CONCLUDE = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=15),
    schedule_to_close_timeout=timedelta(hours=1),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(minutes=1)
    ),
)


class BeforeSteps:
    """The same commands, in the same order, as in the release before."""

    _id: UUID
    _deadline: datetime
    _sends: int
    _sent: int
    _proven: bool
    _over: bool

    async def _send_before_steps(self) -> None:
        send = self._sends
        left = max(self._deadline - workflow.now(), timedelta(seconds=1))
        config: workflow.ActivityConfig = {**SEND, "schedule_to_close_timeout": left}
        wanted = Sending(verification_id=self._id, send=send)
        sending = workflow.start_activity_method(NumberVerifying.send_code, wanted, **config)
        await workflow.wait_condition(
            lambda: sending.done() or self._over or self._proven or self._sends > send
        )
        if not sending.done():
            sending.cancel()
        try:
            if await sending:
                self._over = True
        except ActivityError as error:
            if not is_cancelled_exception(error):
                workflow.logger.warning("code_not_sent")
        self._sent = send

    async def _conclude_before_steps(self) -> None:
        try:
            await workflow.execute_activity_method(NumberVerifying.conclude, self._id, **CONCLUDE)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await workflow.execute_activity_method(
                NumberVerifying.give_up, self._id, start_to_close_timeout=timedelta(seconds=10)
            )
        self._over = True
