"""Workflow of bulk retries."""

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from activities.ops.bulk_retry import BulkRetryActivities, BulkRetryStart

SHIFT = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=20),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=30)),
)


@workflow.defn(name="BulkRetry")
class BulkRetry:
    """Retries many stuck steps, in shifts, until no item is left or an operator cancels."""

    @workflow.run
    async def run(self, start: BulkRetryStart) -> None:
        """Run until the operation has ended, also if every worker dies in between."""
        while await workflow.execute_activity_method(
            BulkRetryActivities.retry_batch, start, **SHIFT
        ):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
