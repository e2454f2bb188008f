"""Refresh a person: query the register about the person, and align access with the answers."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    TimeoutError,  # noqa: A004 # Temporal's
    TimeoutType,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.registry.errors import REGISTER_UNKNOWN
    from activities.registry.refresh_person import (
        Aligned,
        CompaniesToAlign,
        EndRefreshActivities,
        RefreshEnd,
        RefreshPersonActivities,
        RefreshRequest,
    )
    from domain.registry.register import REGISTER_BUSY
    from domain.task_queues import RegisterQueue
    from workflows.task_queues import on_queue

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))
# A person is waiting: after a few attempts it is better to say that the register does not answer.
# The nightly check finds what was missed.
WHILE_WAITING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=60),
    schedule_to_close_timeout=timedelta(seconds=90),
    heartbeat_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=3),
)

_NO_TURN = {TimeoutType.SCHEDULE_TO_START, TimeoutType.SCHEDULE_TO_CLOSE}
"""Time-outs of an activity that no worker had a slot for."""


@workflow.defn(name="PersonRefresh")
class PersonRefresh:
    """Query about the person, then about each company that differs; end the operation."""

    def __init__(self) -> None:
        self._aligned = Aligned()

    @workflow.run
    async def run(self, request: RefreshRequest) -> Aligned:
        """End the operation in any case: with what changed, or with the register's error."""
        try:
            end = await self._refresh(request)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            end = RefreshEnd(request=request, aligned=self._aligned, failure=_cause(error))
        await workflow.execute_activity_method(EndRefreshActivities.end_refresh, end, **QUICK)
        return end.aligned

    async def _refresh(self, request: RefreshRequest) -> RefreshEnd:
        asked = await workflow.execute_activity_method(
            RefreshPersonActivities.query_person, request, **_waiting()
        )
        for company_id in asked.to_query:
            # One by one: what was aligned counts even if the next one cannot be queried about.
            company = CompaniesToAlign(request=request, company_ids=(company_id,))
            self._aligned += await workflow.execute_activity_method(
                RefreshPersonActivities.align_companies, company, **_waiting()
            )
        return RefreshEnd(request=request, aligned=self._aligned, as_of=asked.as_of)


def _waiting() -> workflow.ActivityConfig:
    return on_queue(RegisterQueue.PEOPLE, WHILE_WAITING)


def _cause(error: ActivityError) -> str:
    cause = error.cause
    if isinstance(cause, TimeoutError):
        if cause.type in _NO_TURN and cause.cause is None:
            return REGISTER_BUSY
        cause = cause.cause or cause  # out of time after an attempt that failed
    if isinstance(cause, ApplicationError) and cause.type == REGISTER_UNKNOWN:
        return str(cause.details[0])
    return "register_timeout" if isinstance(cause, TimeoutError) else "internal"
