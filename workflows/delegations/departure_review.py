"""The review after a departure: representatives confirm what was given, or it ends.

The database says what is due and when the next moment is; the workflow only waits for it.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.delegations.departure_review import (
        DepartureReviewActivities,
        DepartureReviewStart,
    )

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
# The clocks of database and Temporal differ: nothing is looked for a moment too early.
_CLOCKS_DIFFER = timedelta(seconds=1)


@workflow.defn(name="DepartureReview")
class DepartureReview:
    """Do what is due of a review, by the database, until it is over."""

    def __init__(self) -> None:
        self._decided = False

    @workflow.run
    async def run(self, start: DepartureReviewStart) -> None:
        """Return when the review is completed, has lapsed, or is cancelled."""
        while True:
            self._decided = False
            pause = await workflow.execute_activity_method(
                DepartureReviewActivities.proceed, start, **QUICK
            )
            if pause is None:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)
            try:
                await workflow.wait_condition(
                    lambda: self._decided,
                    timeout=pause + _CLOCKS_DIFFER,
                    timeout_summary="the next reminder, the end, or somebody new",
                )
            except TimeoutError:
                continue

    @workflow.signal
    def decided(self) -> None:
        """Look again: something of it was decided in the database."""
        self._decided = True
