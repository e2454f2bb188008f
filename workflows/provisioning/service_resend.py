"""The process that resends a service's settings to the network."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.provisioning.effect import OutcomeKind
    from activities.provisioning.resend_settings import (
        EndResendActivities,
        ResendActivities,
        ResendEnd,
    )
    from domain.provisioning.resend_settings import steps_of
    from domain.provisioning.targets import TargetKind

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.step_process import Aborted, StepProcess

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))


class ResendStart(BaseModel, frozen=True):
    """The operation, and the service and account that it is about."""

    operation_id: UUID
    service_id: UUID
    account_id: UUID


@workflow.defn(name="ServiceResend")
class ServiceResend(StepProcess):
    """Read what the network has, send our settings, make the service active; or undo all of it."""

    @workflow.init
    def __init__(self, start: ResendStart) -> None:
        super().__init__()
        self._start = start

    @workflow.run
    async def run(self, start: ResendStart) -> None:
        """Carry out every step, or undo what was done; then end the operation."""
        try:
            end = await self._send()
        except Aborted:
            await self.undo_all()
            end = ResendEnd(operation_id=start.operation_id, aborted=True)
        await workflow.execute_activity_method(EndResendActivities.end_resend, end, **QUICK)

    async def _send(self) -> ResendEnd:
        start, network = self._start, TargetKind.NETWORK
        read, configure, activate = steps_of(start.operation_id, start.service_id, start.account_id)
        await self.carry_out(network, ResendActivities.read_service, read)
        await self.carry_out(
            network,
            ResendActivities.configure_service,
            configure,
            undo=ResendActivities.restore_service,
        )
        kind = await self.carry_out(
            network,
            ResendActivities.activate_service,
            activate,
            undo=ResendActivities.restore_service,
        )
        skipped_steps = (activate.action,) if kind is OutcomeKind.SKIPPED else ()
        return ResendEnd(operation_id=start.operation_id, skipped_steps=skipped_steps)

    def asked(self) -> list[Any]:
        """See StepProcess."""
        return [self._start]
