"""Workflows with the steps of a verification and nothing in them: the baseline of verifications."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from workflows.numbers.number_verification import SEND, VerificationStart
    from workflows.provisioning.step_process import STEP


@activity.defn
def nothing_sent(start: VerificationStart) -> None:
    """Answers at once."""


@workflow.defn
class TwoSteps:
    """Two activities, one after the other."""

    @workflow.run
    async def run(self, start: VerificationStart) -> None:
        """Run both; no signal or update reaches the workflow meanwhile."""
        await workflow.execute_activity(nothing_sent, start, **SEND)
        await workflow.execute_activity(nothing_sent, start, **STEP)


@workflow.defn
class BareVerification:
    """The two steps, the wait between them, and the three messages of a verification."""

    def __init__(self) -> None:
        self._sent = self._proven = self._over = False

    @workflow.run
    async def run(self, start: VerificationStart) -> None:
        """Wait for the signal as long as a code is valid."""
        await workflow.execute_activity(nothing_sent, start, **SEND)
        self._sent = True
        await workflow.wait_condition(lambda: self._proven, timeout=start.life)
        await workflow.execute_activity(nothing_sent, start, **STEP)
        self._over = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.signal
    def prove(self) -> None:
        """Continue with the last step."""
        self._proven = True

    @workflow.update
    async def sent(self) -> None:
        """Return after the first step."""
        await workflow.wait_condition(lambda: self._sent)

    @workflow.update
    async def over(self) -> None:
        """Return after the last step."""
        await workflow.wait_condition(lambda: self._over)
