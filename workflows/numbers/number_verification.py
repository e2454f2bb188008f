"""A person proves to hold a number: send a code, and wait for it until its time runs out."""

import asyncio
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.numbers.verification import (
        CheckSimSwapActivities,
        NumberVerificationActivities,
        SendCodeActivities,
    )
    from activities.provisioning.effect import OutcomeKind
    from domain.numbers.steps import CHECK_SIM_SWAP, send_step, sim_swap_step
    from domain.provisioning.targets import TargetKind

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
# Only the SIM swap check is left: after an hour of trouble with it the person must begin again.
_CHECK_SIM_SWAP_FOR = timedelta(hours=1)
# The clocks of database and Temporal differ: a code that expires is not checked a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


class VerificationStart(BaseModel, frozen=True):
    """Input of NumberVerification. ``life``: how long its codes can be used."""

    verification_id: UUID
    life: timedelta


@workflow.defn(name="NumberVerification")
class NumberVerification(StepProcess):
    """Send a code; wait for the right one, for a request to resend, or until its time runs out.

    Codes are checked and counted in the database. Signals report the result, and the workflow
    carries out what follows.
    """

    @workflow.init
    def __init__(self, start: VerificationStart) -> None:
        super().__init__()
        self._id = start.verification_id
        self._deadline = workflow.now() + start.life + _CLOCKS_DIFFER
        self._requested_sends = 1
        self._handled_sends = 0
        self._code_accepted = False
        self._ended = False
        self._sending: list[asyncio.Task[None]] = []

    @workflow.run
    async def run(self, start: VerificationStart) -> None:  # noqa: ARG002 # taken by __init__
        """Return when the verification has ended, in whatever state."""
        while not self._ended:
            if self._code_accepted:
                await self._conclude()
            elif self._handled_sends < self._requested_sends:
                await self._send_newest()
            elif not await self._signalled_in_time():
                self._code_accepted = await workflow.execute_activity_method(
                    NumberVerificationActivities.expire, self._id, **QUICK
                )
                self._ended = not self._code_accepted
        await self._drop_unfinished_sends()
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _send_newest(self) -> None:
        """Send the newest SMS, unless a signal makes something else more urgent.

        A stuck send, whose outcome is unknown, keeps waiting beside the rest.
        """
        send = self._requested_sends
        action = send_step(self._id, send).action
        sending = asyncio.create_task(self._send(send))
        await workflow.wait_condition(
            lambda: (
                sending.done()
                or self._ended
                or self._code_accepted
                or self._requested_sends > send
                or action in self.stuck
            )
        )
        if not sending.done():
            self._sending.append(sending)
        self._handled_sends = send

    async def _send(self, send: int) -> None:
        step = send_step(self._id, send)
        activity = SendCodeActivities.send_code
        try:
            kind = await self.carry_out(
                TargetKind.SMS, activity, step, until=self._deadline, config=SEND
            )
        except GaveUp:
            workflow.logger.warning("code_not_sent")
            self.stuck.add(step.action)  # left as it is: ``_drop_unfinished_sends`` drops it
            return
        if kind is OutcomeKind.REFUSED and await workflow.execute_activity_method(
            NumberVerificationActivities.has_ended, self._id, **QUICK
        ):
            self._ended = True

    async def _drop_unfinished_sends(self) -> None:
        """Cancel sends that were not finished, and drop their steps: they need no decision."""
        unfinished = [sending for sending in self._sending if not sending.done()]
        for sending in unfinished:
            sending.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        if unfinished or self.stuck:
            await workflow.execute_activity_method(
                NumberVerificationActivities.drop_unfinished, self._id, **QUICK
            )

    async def _signalled_in_time(self) -> bool:
        """Wait for a signal; returns False if the time ran out before one came."""
        try:
            await workflow.wait_condition(
                lambda: (
                    self._ended
                    or self._code_accepted
                    or self._requested_sends > self._handled_sends
                ),
                timeout=max(self._deadline - workflow.now(), timedelta()),
                timeout_summary="the life of the code",
            )
        except TimeoutError:
            return False
        return True

    async def _conclude(self) -> None:
        """Check the SIM, which also ends the verification as verified or failed."""
        step, until = sim_swap_step(self._id), workflow.now() + _CHECK_SIM_SWAP_FOR
        activity = CheckSimSwapActivities.check_sim_swap
        try:
            await self.carry_out(TargetKind.SIM_SWAP, activity, step, until=until)
        except (GaveUp, Aborted):
            self.stuck.add(CHECK_SIM_SWAP)
            await workflow.execute_activity_method(
                NumberVerificationActivities.give_up, self._id, **QUICK
            )
        self._ended = True

    @workflow.signal
    def resend(self, sends: int) -> None:
        """Send SMS number ``sends`` of this verification, which may have been taken back before."""
        if sends <= self._requested_sends:
            self.wake()
        self._requested_sends = max(self._requested_sends, sends)

    @workflow.signal
    def conclude(self) -> None:
        """Conclude: the right code came."""
        self._code_accepted = True

    @workflow.signal
    def close(self) -> None:
        """Return: the verification was ended in the database."""
        self._ended = True

    @workflow.update
    async def wait_until_sent(self, sends: int) -> None:
        """Return once SMS number ``sends`` was handed over, or will not be."""
        await workflow.wait_condition(lambda: self._ended or self._handled_sends >= sends)

    @workflow.update
    async def wait_until_ended(self) -> None:
        """Return once the verification has ended."""
        await workflow.wait_condition(lambda: self._ended)
