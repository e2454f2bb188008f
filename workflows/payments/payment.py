"""A payment of an invoice: wait for the bank's word and its statement, then let billing know.

The database decides; a signal only says that there is something new to look at there.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.payments.payment import (
        AskBankActivities,
        BookPaymentActivities,
        PaymentActivities,
        PaymentDue,
        PaymentStart,
    )
    from domain.payments.steps import BOOK
    from domain.provisioning.targets import TargetKind
    from domain.task_queues import BankQueue
    from workflows.provisioning.step_process import Aborted, StepProcess
    from workflows.task_queues import on_queue

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
_ASKED = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    schedule_to_close_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=30)),
)
# Each question waits twice as long as the one before it.
_LONGEST_WAIT = timedelta(hours=1)
# The clocks of database and Temporal differ: nothing is looked for a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


@workflow.defn(name="Payment")
class Payment(StepProcess):
    """Do what is due of a payment, by the database, until nothing of it is to come."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = False
        self._can_ask = True
        self._question_in: timedelta | None = None

    @workflow.run
    async def run(self, start: PaymentStart) -> None:
        """Return when the payment is booked, or has ended otherwise."""
        while True:
            self._changed = False
            due = await workflow.execute_activity_method(PaymentActivities.proceed, start, **_QUICK)
            if due is None:
                break
            if due.step is not None:
                await self._carry_out(due)
            else:
                await self._wait(start, due)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _carry_out(self, due: PaymentDue) -> None:
        """Carry a step out. What operations decide about it the database knows as well."""
        if due.step is None:
            return
        is_booking = due.step.action == BOOK
        do = BookPaymentActivities.book if is_booking else BookPaymentActivities.refund
        try:
            await self.carry_out(TargetKind.BILLING, do, due.step)
        except Aborted:
            workflow.logger.info("step_aborted")

    async def _wait(self, start: PaymentStart, due: PaymentDue) -> None:
        """Wait for news, and ask a bank that can be asked meanwhile."""
        pause = None if due.pause is None else due.pause + _CLOCKS_DIFFER
        if not (due.asks and self._can_ask):
            await self._until(pause)
            return
        question_in = self._question_in or due.first_question
        shorter = question_in if pause is None else min(pause, question_in)
        await self._until(shorter)
        if not self._changed and shorter is question_in:
            self._question_in = min(2 * question_in, _LONGEST_WAIT)
            await self._ask(start)

    async def _ask(self, start: PaymentStart) -> None:
        try:
            self._can_ask = await workflow.execute_activity_method(
                AskBankActivities.ask, start, **on_queue(BankQueue.BANKS, _ASKED)
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("bank_not_asked")

    async def _until(self, pause: timedelta | None) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._changed,
                timeout=pause,
                timeout_summary="the bank's word is late, or the bank is asked",
            )
        except TimeoutError:
            return

    @workflow.signal
    def changed(self) -> None:
        """Look again: something of it changed in the database."""
        self._changed = True
