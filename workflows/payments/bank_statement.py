"""The reading of banks' statements: each bank for itself, so that one holds up no other."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.payments.statements import (
        BankToRead,
        ReadingActivities,
        ReadingEnd,
        ReadingStart,
        ReadStatementsActivities,
    )
    from domain.task_queues import BankQueue
    from workflows.task_queues import on_queue

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
# A bank that does not answer for so long is left to the next reading.
_READING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=20),
    schedule_to_close_timeout=timedelta(hours=1),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)


@workflow.defn(name="BankStatement")
class BankStatement:
    """Read the new statements of every bank."""

    @workflow.run
    async def run(self, start: ReadingStart) -> None:
        """Return when each bank was read to its end, or was left."""
        names = await workflow.execute_activity_method(
            ReadingActivities.open_reading, start, **_QUICK
        )
        banks = [BankToRead(operation_id=start.operation_id, bank=name) for name in names]
        was_read = await asyncio.gather(*map(_read, banks))
        unread = tuple(each.bank for each, done in zip(banks, was_read, strict=True) if not done)
        end = ReadingEnd(operation_id=start.operation_id, unread=unread)
        await workflow.execute_activity_method(ReadingActivities.end_reading, end, **_QUICK)


async def _read(bank: BankToRead) -> bool:
    """Read a bank's statements; False: it did not answer for long."""
    try:
        await workflow.execute_activity_method(
            ReadStatementsActivities.read_statements, bank, **on_queue(BankQueue.BANKS, _READING)
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return False
    return True
