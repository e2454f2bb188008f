"""Send a notice by SMS, once the quiet hours are over."""

from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.messages.notice_sms import NoticeSmsActivities, SendNoticeActivities
    from domain.messages.steps import notice_sms_step
    from domain.provisioning.targets import TargetKind

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.step_process import StepProcess

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))


class NoticeSmsStart(BaseModel, frozen=True):
    """Input of NoticeSms."""

    notice_id: UUID


@workflow.defn(name="NoticeSms")
class NoticeSms(StepProcess):
    """Wait until the quiet hours are over, send the SMS, and end the process.

    The time is the database's, and is read again after every wait and in every new run.
    """

    @workflow.run
    async def run(self, start: NoticeSmsStart) -> None:
        """Return when the SMS was sent, or is not to be sent."""
        while left := await workflow.execute_activity_method(
            NoticeSmsActivities.read_wait, start.notice_id, **QUICK
        ):
            await workflow.sleep(left, summary="quiet hours")
        step = notice_sms_step(start.notice_id)
        await self.carry_out(TargetKind.SMS, SendNoticeActivities.send_notice, step)
        await workflow.execute_activity_method(
            NoticeSmsActivities.end_notice_sms, start.notice_id, **QUICK
        )
