"""The check for drift: read what networks have, and compare it with what services should have."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.inventory.drift_check import (
        LIST_UNREAD,
        DriftCheckActivities,
        DriftCheckStart,
        GivenUp,
        NetworkList,
        ReadListActivities,
    )
    from domain.ops.stuck_reasons import StuckReason
    from domain.provisioning.targets import TargetKind
    from workflows.task_queues import on_queue

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
COMPARING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(hours=1), heartbeat_timeout=timedelta(seconds=20)
)
# A network that does not answer for so long is left out of this check; the next one reads it.
READING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=20),
    schedule_to_close_timeout=timedelta(hours=2),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)


@workflow.defn(name="DriftCheck")
class DriftCheck:
    """One check of all services: read each network's list, then compare all of them at once.

    A network that cannot be read does not stop the others: what it has is unknown.
    """

    @workflow.run
    async def run(self, start: DriftCheckStart) -> None:
        """Carry out the check, also if every worker dies in between."""
        networks = await workflow.execute_activity_method(
            DriftCheckActivities.open_check, start, **QUICK
        )
        lists = [NetworkList(check_id=start.check_id, network=name) for name in networks]
        await asyncio.gather(*map(_read, lists))
        await workflow.execute_activity_method(DriftCheckActivities.compare, start, **COMPARING)


async def _read(of: NetworkList) -> None:
    """Read a network's list to its end, or give it up."""
    config = on_queue(TargetKind.NETWORK, READING)
    try:
        while await workflow.execute_activity_method(ReadListActivities.read_list, of, **config):
            pass
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        await workflow.execute_activity_method(
            DriftCheckActivities.give_up_list, _why(of, error), **QUICK
        )


def _why(of: NetworkList, error: ActivityError) -> GivenUp:
    """Say why it is given up: what the network answered, or a failure of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.type == LIST_UNREAD:
            code, detail = [str(each) for each in cause.details]
            return GivenUp(list=of, code=StuckReason(code), detail=detail)
        cause = cause.__cause__
    return GivenUp(list=of, code=StuckReason.ENGINE_ERROR)
