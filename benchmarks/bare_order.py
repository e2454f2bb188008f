"""Orders carried out by a bare workflow: the same activities, and nothing of the product around."""

import asyncio

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from sqlmodel import Session

    from activities.orders.orders import OrderActivities, OrderStart, PlannedItemSteps
    from activities.provisioning.effect import Outcome
    from activities.provisioning.run_step import StepRunner
    from benchmarks.one_step import DoneAtOnce
    from domain.provisioning.attempts import Prepared, Seen
    from domain.provisioning.steps import Answer, NotDone, Step
    from domain.task_queues import queue_of
    from storage.orders import item_steps
    from workflows.provisioning.step_process import STEP


class ChangedAtOnce(DoneAtOnce):
    """An effect of an item's only step that does nothing, and succeeds at once."""

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        item_steps.step_of(session, step)
        return super().prepare(session, step, seen)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        item_steps.answered(session, step, answer, is_last=True)


class ChangeActivities:
    """Stands in for the network: carries out steps of orders as the product does."""

    def __init__(self, steps: StepRunner) -> None:
        self._steps = steps

    @activity.defn(name="orders.change_network")
    def change_network(self, step: Step) -> Outcome:
        """Make one attempt."""
        return self._steps.carry_out(step, ChangedAtOnce())


@workflow.defn
class BareOrder:
    """The activities of an order, items side by side."""

    @workflow.run
    async def run(self, start: OrderStart) -> None:
        """Run them."""
        plan = await workflow.execute_activity_method(OrderActivities.plan, start, **STEP)
        await asyncio.gather(*(self._carry_out(each) for each in plan))
        await workflow.execute_activity_method(OrderActivities.end, start, **STEP)

    async def _carry_out(self, item: PlannedItemSteps) -> None:
        for each in item.steps:
            there: workflow.ActivityConfig = {
                **STEP,
                "task_queue": queue_of(workflow.info().task_queue, each.kind),
            }
            await workflow.execute_activity_method(
                ChangeActivities.change_network, each.step, **there
            )
