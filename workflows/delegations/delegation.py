"""The ceremony of a delegation: an offer waits for its acceptance, reminds, and lapses.

What was accepted is a row with dates: no workflow carries it.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.delegations.ceremony import DelegationActivities, DelegationStart

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))
# The clocks of database and Temporal differ: nothing is looked for a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


@workflow.defn(name="Delegation")
class Delegation:
    """Do what is due of an offer, by the database, until it is answered or has lapsed."""

    def __init__(self) -> None:
        self._answered = False

    @workflow.run
    async def run(self, start: DelegationStart) -> None:
        """Return when the offer is accepted, declined, withdrawn or has lapsed."""
        while True:
            self._answered = False
            pause = await workflow.execute_activity_method(
                DelegationActivities.proceed, start, **QUICK
            )
            if pause is None:
                return
            try:
                await workflow.wait_condition(
                    lambda: self._answered,
                    timeout=pause + _CLOCKS_DIFFER,
                    timeout_summary="the next reminder, or the lapse",
                )
            except TimeoutError:
                continue

    @workflow.signal
    def answered(self) -> None:
        """Look again: the offer was answered in the database."""
        self._answered = True
