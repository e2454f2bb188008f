"""The start of a contract: render and offer it, wait for agreement, set it up, make it active.

The database decides; a signal only says that there is something new to look at there.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.contracts.render import RenderContractActivities
    from activities.contracts.start import ContractStartInput, StartContractActivities

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
_RENDERED = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)
# The clocks of database and Temporal differ: nothing is looked for a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


@workflow.defn(name="ContractStart")
class ContractStart:
    """Do what is due of a contract, by the database, until it is active or will never be."""

    def __init__(self) -> None:
        self._changed = False

    @workflow.run
    async def run(self, start: ContractStartInput) -> None:
        """Return when the contract is active, or has ended before."""
        # Tried until it is done; of a contract that was offered before, it does nothing.
        await workflow.execute_activity_method(RenderContractActivities.render, start, **_RENDERED)
        while True:
            self._changed = False
            due = await workflow.execute_activity_method(
                StartContractActivities.proceed_start, start, **_QUICK
            )
            if due is None:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
            await self._until(None if due.pause is None else due.pause + _CLOCKS_DIFFER)

    async def _until(self, pause: timedelta | None) -> None:
        """Wait so long, or until something changed."""
        try:
            await workflow.wait_condition(
                lambda: self._changed, timeout=pause, timeout_summary="lapses"
            )
        except TimeoutError:
            return

    @workflow.signal
    def changed(self) -> None:
        """Look again: something of it changed in the database."""
        self._changed = True
