"""A service's settings are sent to the network once more."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.provisioning.effect import OutcomeKind
    from activities.provisioning.resend_settings import ResendActivities, ResendEnd
    from domain.provisioning.resend_settings import steps_of
    from domain.provisioning.targets import Target

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.step_process import Aborted, StepProcess

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))


class ResendStart(BaseModel, frozen=True):
    """Which operation it is, about which service of which account."""

    operation_id: UUID
    service_id: UUID
    account_id: UUID


@workflow.defn(name="ServiceResync")
class ServiceResend(StepProcess):
    """Read what the network has; send what we have; make it active. Or put everything back."""

    @workflow.init
    def __init__(self, start: ResendStart) -> None:
        super().__init__()
        self._start = start

    @workflow.run
    async def run(self, start: ResendStart) -> None:
        """Always ends the operation, once every step is done, left out, or undone."""
        try:
            end = await self._send()
        except Aborted:
            await self.undo_all()
            end = ResendEnd(operation_id=start.operation_id, aborted=True)
        await workflow.execute_activity_method(ResendActivities.end, end, **QUICK)

    async def _send(self) -> ResendEnd:
        start, network = self._start, Target.NETWORK
        read, configure, activate = steps_of(start.operation_id, start.service_id, start.account_id)
        await self.carry_out(network, ResendActivities.read, read)
        await self.carry_out(
            network, ResendActivities.configure, configure, undo=ResendActivities.restore
        )
        kind = await self.carry_out(
            network, ResendActivities.activate, activate, undo=ResendActivities.restore
        )
        left_out = (activate.action,) if kind is OutcomeKind.SKIPPED else ()
        return ResendEnd(operation_id=start.operation_id, left_out=left_out)

    def asked(self) -> list[Any]:
        """See Process."""
        return [self._start]
