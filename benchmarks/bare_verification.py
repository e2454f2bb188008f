"""Workflows with the steps of a verification and nothing in them: what it is held to."""

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
        """Nobody is told anything meanwhile."""
        await workflow.execute_activity(nothing_sent, start, **SEND)
        await workflow.execute_activity(nothing_sent, start, **STEP)


@workflow.defn
class BareVerification:
    """The same two, the wait between them, and the same three messages from outside."""

    def __init__(self) -> None:
        self._sent = self._proven = self._over = False

    @workflow.run
    async def run(self, start: VerificationStart) -> None:
        """Waits for the signal as long as a code lives."""
        await workflow.execute_activity(nothing_sent, start, **SEND)
        self._sent = True
        await workflow.wait_condition(lambda: self._proven, timeout=start.life)
        await workflow.execute_activity(nothing_sent, start, **STEP)
        self._over = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.signal
    def prove(self) -> None:
        """Go on."""
        self._proven = True

    @workflow.update
    async def sent(self) -> None:
        """Returns after the first step."""
        await workflow.wait_condition(lambda: self._sent)

    @workflow.update
    async def over(self) -> None:
        """Returns after the last step."""
        await workflow.wait_condition(lambda: self._over)
