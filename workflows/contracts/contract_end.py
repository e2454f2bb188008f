"""The end of a contract: access ends, its order is carried out, its end confirmed, then it closes.

The database decides; a signal only says that there is something new to look at there.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.contracts.confirm_end import ConfirmEndActivities
    from activities.contracts.end import ContractEndInput, EndContractActivities

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))

_CONFIRMED = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    schedule_to_close_timeout=timedelta(hours=1),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)
"""What cannot be rendered for so long is left: it holds up nothing."""


@workflow.defn(name="ContractEnd")
class ContractEnd:
    """End a contract whose moment has come."""

    def __init__(self) -> None:
        self._changed = False

    @workflow.run
    async def run(self, start: ContractEndInput) -> None:
        """Return when the last step of its end is done."""
        await workflow.execute_activity_method(EndContractActivities.end, start, **_QUICK)
        await self._confirm(start)
        while True:
            self._changed = False
            if await workflow.execute_activity_method(EndContractActivities.close, start, **_QUICK):
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
            await workflow.wait_condition(lambda: self._changed)

    async def _confirm(self, start: ContractEndInput) -> None:
        """Make the confirmation of the end, while the steps of its order are carried out."""
        try:
            await workflow.execute_activity_method(
                ConfirmEndActivities.confirm_end, start, **_CONFIRMED
            )
        except ActivityError:
            workflow.logger.warning("end_not_confirmed")

    @workflow.signal
    def changed(self) -> None:
        """Look again: something of it changed in the database."""
        self._changed = True
