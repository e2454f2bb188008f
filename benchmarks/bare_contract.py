"""Contracts started by a bare workflow: the same activities, and nothing of the product around."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import uuid5

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts.render import RenderContractActivities
    from activities.contracts.start import ContractStartInput, StartContractActivities
    from activities.orders.change_targets import ChangeBillingActivities, ChangeNetworkActivities
    from activities.orders.orders import OrderActivities, OrderStart, PlannedOrderStep
    from activities.provisioning.effect import OutcomeKind
    from domain.catalogue.actions import ItemAction
    from domain.provisioning.targets import TargetKind
    from domain.task_queues import queue_of
    from workflows.provisioning.step_process import STEP, StepActivity

_DO: Mapping[TargetKind, StepActivity] = {
    TargetKind.NETWORK: ChangeNetworkActivities.change_network,
    TargetKind.BILLING: ChangeBillingActivities.change_billing,
}

_AGAIN = timedelta(seconds=1)


@workflow.defn
class BareContract:
    """The activities of a contract's start and of its order, one after the other."""

    @workflow.run
    async def run(self, start: ContractStartInput) -> None:
        """Run them."""
        await workflow.execute_activity_method(RenderContractActivities.render, start, **STEP)
        proceed = StartContractActivities.proceed_start
        await workflow.execute_activity_method(proceed, start, **STEP)
        order = OrderStart(order_id=uuid5(start.contract_id, ItemAction.ADD))
        for item in await workflow.execute_activity_method(OrderActivities.plan, order, **STEP):
            for each in item.steps:
                await self._carry_out(each)
        await workflow.execute_activity_method(OrderActivities.end, order, **STEP)
        await workflow.execute_activity_method(proceed, start, **STEP)

    async def _carry_out(self, planned: PlannedOrderStep) -> None:
        """Carry out a step; ask again while its target works on it."""
        there: workflow.ActivityConfig = {
            **STEP,
            "task_queue": queue_of(workflow.info().task_queue, planned.kind),
        }
        while True:
            outcome = await workflow.execute_activity_method(
                cast("Any", _DO[planned.kind]), planned.step, **there
            )
            if outcome.kind is not OutcomeKind.WAITING:
                return
            await workflow.sleep(outcome.check_after or _AGAIN)
