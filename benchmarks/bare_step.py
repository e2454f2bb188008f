"""Workflows of a single activity that does nothing: the baseline of a process of one step."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from domain.provisioning.steps import Step
    from domain.provisioning.targets import TargetKind
    from domain.task_queues import queue_of
    from workflows.provisioning.step_process import STEP

TARGET = TargetKind.NETWORK


@activity.defn
def nothing(step: Step) -> None:
    """Answers at once."""


@workflow.defn
class OneActivity:
    """One activity on the workflow's own task queue."""

    @workflow.run
    async def run(self, step: Step) -> None:
        """Run the activity."""
        await workflow.execute_activity(nothing, step, **STEP)


@workflow.defn
class OneElsewhere:
    """One activity on another task queue, as a target's are."""

    @workflow.run
    async def run(self, step: Step) -> None:
        """Run the activity there."""
        there: workflow.ActivityConfig = {
            **STEP,
            "task_queue": queue_of(workflow.info().task_queue, TARGET),
        }
        await workflow.execute_activity(nothing, step, **there)
