"""A person proves to hold a number: a code is sent, and waited for until its time runs out."""

from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.number_verification import NumberVerifying, Sending

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))
SEND = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=15),
    # A person is waiting for the SMS: often at first, but never a storm.
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=20)
    ),
)
# Only the look at the SIM is left: an hour of its trouble, and the person must begin anew.
CONCLUDE = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=15),
    schedule_to_close_timeout=timedelta(hours=1),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(minutes=1)
    ),
)
# The database's clock and Temporal's differ: what is looked at a moment too early is not late yet.
_CLOCKS_DIFFER = timedelta(seconds=1)


class VerificationStart(BaseModel, frozen=True):
    """Which verification, and how long it lives."""

    verification_id: UUID
    life: timedelta


def number_verification_id(verification_id: UUID) -> str:
    """One workflow per verification."""
    return f"number/{verification_id}"


@workflow.defn(name="NumberVerification")
class NumberVerification:
    """Send a code; wait for the right one, another wish, or the end of its time.

    Whether a code is right is decided in the database, where every guess is counted; the workflow
    hears of it and does what follows.
    """

    @workflow.init
    def __init__(self, start: VerificationStart) -> None:
        self._id = start.verification_id
        self._deadline = workflow.now() + start.life + _CLOCKS_DIFFER
        self._sends = 1
        self._sent = 0
        self._proven = False
        self._over = False

    @workflow.run
    async def run(self, start: VerificationStart) -> None:  # noqa: ARG002 # taken by __init__
        """Ends when the verification has ended, in whichever way."""
        while not self._over:
            if self._proven:
                await self._conclude()
            elif self._sent < self._sends:
                await self._send()
            elif not await self._news():
                self._proven = await workflow.execute_activity_method(
                    NumberVerifying.expire, self._id, **QUICK
                )
                self._over = not self._proven
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _send(self) -> None:
        """Hand the newest SMS over, as long as it takes; anything else that happens comes first."""
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

    async def _news(self) -> bool:
        """Whether something happens before the time runs out."""
        try:
            await workflow.wait_condition(
                lambda: self._over or self._proven or self._sends > self._sent,
                timeout=max(self._deadline - workflow.now(), timedelta()),
                timeout_summary="the life of the code",
            )
        except TimeoutError:
            return False
        return True

    async def _conclude(self) -> None:
        try:
            await workflow.execute_activity_method(NumberVerifying.conclude, self._id, **CONCLUDE)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await workflow.execute_activity_method(NumberVerifying.give_up, self._id, **QUICK)
        self._over = True

    @workflow.signal
    def send(self, sends: int) -> None:
        """Another SMS is wished for: the ``sends``-th of them all."""
        self._sends = max(self._sends, sends)

    @workflow.signal
    def prove(self) -> None:
        """The right code has come."""
        self._proven = True

    @workflow.signal
    def close(self) -> None:
        """It has ended by somebody's hand: nothing is left to do."""
        self._over = True

    @workflow.update
    async def sent(self, sends: int) -> None:
        """Returns once the ``sends``-th SMS was handed over, or will not be."""
        await workflow.wait_condition(lambda: self._over or self._sent >= sends)

    @workflow.update
    async def over(self) -> None:
        """Returns once the verification has ended."""
        await workflow.wait_condition(lambda: self._over)
