"""The end of a contract: access ends, then its order is carried out, then it is closed.

The database decides; a signal only says that there is something new to look at there.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts.end import ContractEndInput, EndContractActivities

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))


@workflow.defn(name="ContractEnd")
class ContractEnd:
    """End a contract whose moment has come."""

    def __init__(self) -> None:
        self._changed = False

    @workflow.run
    async def run(self, start: ContractEndInput) -> None:
        """Return when the last step of its end is done."""
        await workflow.execute_activity_method(EndContractActivities.end, start, **_QUICK)
        while True:
            self._changed = False
            if await workflow.execute_activity_method(EndContractActivities.close, start, **_QUICK):
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
            await workflow.wait_condition(lambda: self._changed)

    @workflow.signal
    def changed(self) -> None:
        """Look again: something of it changed in the database."""
        self._changed = True
