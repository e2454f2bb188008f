"""An extract: read billing's usage records into a CSV, and make a PDF of it if one is wanted."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.extracts.make import (
        NOT_READ,
        EndExtractActivities,
        FailedExtract,
        ReadUsageActivities,
        UsageExtractStart,
    )
    from activities.extracts.make_pdf import MakePdfActivities
    from domain.call_details.extracts import ExtractFault
    from domain.task_queues import ExtractQueue
    from workflows.task_queues import on_queue

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
# Others' extracts may have all slots, and workers may be down: that is no failure of billing's.
_FOR_A_SLOT = timedelta(days=2)
READING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=20),
    schedule_to_close_timeout=_FOR_A_SLOT,
    heartbeat_timeout=timedelta(seconds=20),
    # Six hours. Billing that has not answered for so long is not waited for any longer: the person
    # asks again.
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1), maximum_attempts=367),
)
_PDF = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=5),
    schedule_to_close_timeout=_FOR_A_SLOT,
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_attempts=3),
)


@workflow.defn(name="UsageExtract")
class UsageExtract:
    """One extract. Where it is cancelled, or deleted, what is left to do changes nothing."""

    @workflow.run
    async def run(self, start: UsageExtractStart) -> None:
        """Make the files, also if every worker dies in between."""
        read = ReadUsageActivities.read_usage
        config = on_queue(ExtractQueue.EXTRACTS, READING)
        try:
            while await workflow.execute_activity_method(read, start, **config):
                pass
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            failed = FailedExtract(extract_id=start.extract_id, fault=_why(error))
            await workflow.execute_activity_method(EndExtractActivities.give_up, failed, **_QUICK)
            return
        await self._make_pdf(start)
        await workflow.execute_activity_method(EndExtractActivities.finish, start, **_QUICK)

    async def _make_pdf(self, start: UsageExtractStart) -> None:
        """Make the PDF if one is wanted. The CSV is good without it."""
        config = on_queue(ExtractQueue.EXTRACTS, _PDF)
        try:
            await workflow.execute_activity_method(MakePdfActivities.make_pdf, start, **config)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            failed = FailedExtract(extract_id=start.extract_id, fault=ExtractFault.PDF_FAILED)
            left_out = EndExtractActivities.leave_pdf_out
            await workflow.execute_activity_method(left_out, failed, **_QUICK)


def _why(error: ActivityError) -> ExtractFault:
    """Say why it is given up: what billing answered last, or a failure of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.type == NOT_READ:
            return ExtractFault(str(cause.details[0]))
        cause = cause.__cause__
    return ExtractFault.ENGINE_ERROR
