"""Workflows with a single step each, and bare ones with a single activity: nothing is in either."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from sqlmodel import Session

    from access.steps import Answer, Done, NotDone, Step, Target
    from activities.effects import Outcome
    from activities.steps import Steps
    from workflows.steps import STEP, Process, queue_of

TARGET = Target.NETWORK


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

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    @activity.defn
    def do(self, step: Step) -> Outcome:
        """One attempt."""
        return self._steps.carry_out(step, DoneAtOnce())


@activity.defn
def nothing(step: Step) -> None:
    """Answers at once."""


@workflow.defn
class OneStep(Process):
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
        """See Process."""
        return [self._step]


@workflow.defn
class OneActivity:
    """A bare activity on the workflow's own task queue."""

    @workflow.run
    async def run(self, step: Step) -> None:
        """Has it done."""
        await workflow.execute_activity(nothing, step, **STEP)


@workflow.defn
class OneElsewhere:
    """A bare activity on another task queue, as a target's are."""

    @workflow.run
    async def run(self, step: Step) -> None:
        """Has it done there."""
        there: workflow.ActivityConfig = {
            **STEP,
            "task_queue": queue_of(workflow.info().task_queue, TARGET),
        }
        await workflow.execute_activity(nothing, step, **there)
