"""The process that resends a service's settings to the network."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.provisioning.resend_settings import (
        EndResendActivities,
        ResendActivities,
        ResendEnd,
    )
    from domain.provisioning.resend_settings import steps_of
    from domain.provisioning.targets import TargetKind

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.item_process import Item, ItemProcess, ItemStep

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))


class ResendStart(BaseModel, frozen=True):
    """The operation, and the service and account that it is about."""

    operation_id: UUID
    service_id: UUID
    account_id: UUID
    network: str | None = None
    """Name of the network that has the service; None: the usual one."""


@workflow.defn(name="ServiceResend")
class ServiceResend(ItemProcess):
    """Read what the network has, send our settings, make the service active; or undo all of it."""

    @workflow.init
    def __init__(self, start: ResendStart) -> None:
        super().__init__(start.operation_id)
        self._start = start

    @workflow.run
    async def run(self, start: ResendStart) -> None:
        """Carry out every step, or undo what was done; then end the operation."""
        outcomes = await self.carry_out_items([_item(start)])
        end = ResendEnd(operation_id=start.operation_id, skipped_steps=outcomes[""].skipped_steps)
        # Cancelled or aborted at the last moment: then what was done is undone first.
        while not await workflow.execute_activity_method(
            EndResendActivities.end_resend, end, **QUICK
        ):
            await self.undo()

    def asked(self) -> list[Any]:
        """See ItemProcess."""
        return [self._start]


def _item(start: ResendStart) -> Item:
    network, undo = TargetKind.NETWORK, ResendActivities.restore_service
    read, configure, activate = steps_of(
        start.operation_id, start.service_id, start.account_id, start.network
    )
    return Item(
        "",
        [
            ItemStep(read, network, ResendActivities.read_service),
            ItemStep(configure, network, ResendActivities.configure_service, undo),
            ItemStep(activate, network, ResendActivities.activate_service, undo),
        ],
    )
