"""The process that carries a service order out."""

from collections.abc import Mapping
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.orders.change_targets import ChangeBillingActivities, ChangeNetworkActivities
    from activities.orders.orders import OrderActivities, OrderStart, PlannedItemSteps
    from domain.provisioning.targets import TargetKind

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.item_process import Item, ItemProcess, ItemStep
    from workflows.provisioning.step_process import StepActivity

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))
_DO: Mapping[TargetKind, StepActivity] = {
    TargetKind.NETWORK: ChangeNetworkActivities.change_network,
    TargetKind.BILLING: ChangeBillingActivities.change_billing,
}
"""The activity of each target carries out every step there, and undoes it."""


@workflow.defn(name="ServiceOrder")
class ServiceOrder(ItemProcess):
    """Carry out every item of an order, or undo what was done of it; then end the order."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        super().__init__(start.order_id)
        self._start = start

    @workflow.run
    async def run(self, start: OrderStart) -> None:
        """Read what is to be done, do it, and end the order."""
        plan = await workflow.execute_activity_method(OrderActivities.plan, start, **_QUICK)
        await self.carry_out_items([_item(each) for each in plan])
        # Cancelled or aborted at the last moment: then what was done is undone first.
        while not await workflow.execute_activity_method(OrderActivities.end, start, **_QUICK):
            await self.undo()

    async def item_is_stopped(self, name: str) -> None:  # noqa: ARG002 # all of it is derived anew
        """See ItemProcess."""
        await workflow.execute_activity_method(OrderActivities.refresh, self._start, **_QUICK)

    def asked(self) -> list[Any]:
        """See ItemProcess."""
        return [self._start]


def _item(planned: PlannedItemSteps) -> Item:
    steps = []
    for each in planned.steps:
        activity = _DO[each.kind]
        undo = activity if each.step.can_undo else None
        steps.append(ItemStep(each.step, each.kind, activity, undo))
    return Item(planned.name, steps, planned.after)
