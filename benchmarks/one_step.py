"""A process of a single step without effect, carried out by the product's own code."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from sqlmodel import Session

    from activities.provisioning.effect import Outcome
    from activities.provisioning.run_step import StepRunner
    from benchmarks.bare_step import TARGET
    from domain.provisioning.attempts import Prepared, Seen, Sent
    from domain.provisioning.steps import Answer, Done, NotDone, Step
    from workflows.provisioning.step_process import StepProcess


class DoneAtOnce:
    """An effect that does nothing and succeeds at once."""

    kind = TARGET
    can_be_asked = True

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002 # the port's signature
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002
        return Done()

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002
        return None

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Settle the step; nothing depends on it."""


class StepActivities:
    """Activities that carry out the step, as the product's do."""

    def __init__(self, steps: StepRunner) -> None:
        self._steps = steps

    @activity.defn
    def do(self, step: Step) -> Outcome:
        """Make one attempt."""
        return self._steps.carry_out(step, DoneAtOnce())


@workflow.defn
class OneStep(StepProcess):
    """A process of one step."""

    @workflow.run
    async def run(self, step: Step) -> None:
        """Carry out the step."""
        await self.carry_out(TARGET, StepActivities.do, step)
