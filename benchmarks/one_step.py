"""A process of a single step that does nothing, as the product carries steps out."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from sqlmodel import Session

    from activities.provisioning.effect import Outcome
    from activities.provisioning.run_step import StepRunner
    from benchmarks.bare_step import TARGET
    from domain.provisioning.steps import Answer, Done, NotDone, Step
    from workflows.provisioning.step_process import StepProcess


class DoneAtOnce:
    """An effect that is none."""

    target = TARGET
    can_be_asked = True

    def prepare(self, session: Session, step: Step) -> bool:  # noqa: ARG002 # it needs nothing
        return True

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002
        return Done()

    def ask(self, key: str) -> Answer | None:  # noqa: ARG002
        return None

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Nothing follows."""


class Hands:
    """Carries out the step, as the product's activities do."""

    def __init__(self, steps: StepRunner) -> None:
        self._steps = steps

    @activity.defn
    def do(self, step: Step) -> Outcome:
        """One attempt."""
        return self._steps.carry_out(step, DoneAtOnce())


@workflow.defn
class OneStep(StepProcess):
    """A process of one step."""

    @workflow.init
    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step

    @workflow.run
    async def run(self, step: Step) -> None:
        """Carries it out."""
        await self.carry_out(TARGET, Hands.do, step)

    def asked(self) -> list[Step]:
        """See StepProcess."""
        return [self._step]
