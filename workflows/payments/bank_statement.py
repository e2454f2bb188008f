"""The reading of banks' statements: each bank for itself, so that one holds up no other."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.payments.payment import BANK_TROUBLE
    from activities.payments.statements import (
        BankToRead,
        ReadingActivities,
        ReadingEnd,
        ReadingStart,
        ReadStatementsActivities,
        UnreadBank,
    )
    from domain.ops.stuck_reasons import StuckReason
    from domain.task_queues import BankQueue
    from workflows.task_queues import on_queue

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
# A bank that does not answer for so long is left to the next reading, which the others wait for.
_READING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=10),
    schedule_to_close_timeout=timedelta(minutes=10),
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
        found = await asyncio.gather(*map(_read, banks))
        unread = tuple(each for each in found if each is not None)
        end = ReadingEnd(operation_id=start.operation_id, unread=unread)
        await workflow.execute_activity_method(ReadingActivities.end_reading, end, **_QUICK)


async def _read(bank: BankToRead) -> UnreadBank | None:
    """Read a bank's statements; why they are left, where it did not answer for long."""
    try:
        await workflow.execute_activity_method(
            ReadStatementsActivities.read_statements, bank, **on_queue(BankQueue.BANKS, _READING)
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return _why(bank.bank, error)
    return None


def _why(bank: str, error: ActivityError) -> UnreadBank:
    """Say why a bank is left: what it answered, or a failure of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.type == BANK_TROUBLE:
            code, detail = [str(each) for each in cause.details]
            return UnreadBank(bank=bank, code=StuckReason(code), detail=detail)
        cause = cause.__cause__
    return UnreadBank(bank=bank, code=StuckReason.ENGINE_ERROR)
