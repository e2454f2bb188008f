"""A person proves to hold a number: a code is sent, and waited for until its time runs out."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.numbers.verification import NumberVerifying
    from activities.provisioning.effect import OutcomeKind
    from domain.numbers.verifications import LOOK_AT_SIM, send_step, sim_step
    from domain.processes import ProcessType, workflow_id
    from domain.provisioning.targets import Target

    # Loaded once instead of for every workflow: nothing in them changes.
    from workflows.provisioning.step_process import Aborted, GaveUp, StepProcess

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))
SEND = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=15),
    # A person is waiting for the SMS: often at first, but never a storm.
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=20)
    ),
)
# Only the look at the SIM is left: an hour of its trouble, and the person must begin anew.
_LOOK_AT_SIM_FOR = timedelta(hours=1)
# The database's clock and Temporal's differ: what is looked at a moment too early is not late yet.
_CLOCKS_DIFFER = timedelta(seconds=1)


class VerificationStart(BaseModel, frozen=True):
    """Which verification, and how long it lives."""

    verification_id: UUID
    life: timedelta


def number_verification_id(verification_id: UUID) -> str:
    """One workflow per verification."""
    return workflow_id(ProcessType.NUMBER_VERIFICATION, verification_id)


@workflow.defn(name="NumberVerification")
class NumberVerification(StepProcess):
    """Send a code; wait for the right one, another wish, or the end of its time.

    Whether a code is right is decided in the database, where every guess is counted; the workflow
    hears of it and does what follows.
    """

    @workflow.init
    def __init__(self, start: VerificationStart) -> None:
        super().__init__()
        self._start = start
        self._id = start.verification_id
        self._deadline = workflow.now() + start.life + _CLOCKS_DIFFER
        self._sends = 1
        self._sent = 0
        self._proven = False
        self._over = False
        self._handing: list[asyncio.Task[None]] = []

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
        await self._leave()
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _send(self) -> None:
        """Hand the newest SMS over, as long as it takes; anything else that happens comes first.

        One that is stuck, for nobody knows whether it was sent, is waited for beside that.
        """
        send = self._sends
        action = send_step(self._id, send).action
        handing = asyncio.create_task(self._hand_over(send))
        await workflow.wait_condition(
            lambda: (
                handing.done()
                or self._over
                or self._proven
                or self._sends > send
                or action in self.stuck
            )
        )
        if not handing.done():
            self._handing.append(handing)
        self._sent = send

    async def _hand_over(self, send: int) -> None:
        step = send_step(self._id, send)
        try:
            kind = await self.carry_out(
                Target.SMS, NumberVerifying.send, step, until=self._deadline, config=SEND
            )
        except GaveUp:
            workflow.logger.warning("code_not_sent")
            self.stuck.add(step.action)  # it is left as it is, for ``_leave`` to drop
            return
        if kind is OutcomeKind.REFUSED and await workflow.execute_activity_method(
            NumberVerifying.has_ended, self._id, **QUICK
        ):
            self._over = True

    async def _leave(self) -> None:
        """What was not finished is nobody's to decide about any more."""
        left = [handing for handing in self._handing if not handing.done()]
        for handing in left:
            handing.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if left or self.stuck:
            await workflow.execute_activity_method(NumberVerifying.leave, self._id, **QUICK)

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
        until = workflow.now() + _LOOK_AT_SIM_FOR
        try:
            await self.carry_out(
                Target.SIM_SWAP, NumberVerifying.look_at_sim, sim_step(self._id), until=until
            )
        except (GaveUp, Aborted):
            self.stuck.add(LOOK_AT_SIM)
            await workflow.execute_activity_method(NumberVerifying.give_up, self._id, **QUICK)
        self._over = True

    def asked(self) -> list[Any]:
        """See Process. Its time is short: no history grows so long."""
        return [self._start]

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
