"""Sync with the register: find the companies that may have changed, query, weigh, align."""

from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.registry.apply_states import ApplyStatesActivities
    from activities.registry.errors import REGISTER_UNKNOWN
    from activities.registry.find_changes import (
        FILE_REFUSED,
        FindChangesActivities,
        RequestedCompany,
    )
    from activities.registry.query_register import QueryRegisterActivities
    from activities.registry.read_changes import ReadChangesActivities
    from activities.registry.sync_runs import (
        EndRun,
        SyncRequest,
        SyncRunActivities,
    )
    from domain.registry.sync import SyncDecision, SyncSource, SyncState, company_of
    from domain.task_queues import RegisterQueue
    from workflows.task_queues import on_queue

QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))
# Reading a whole file or querying about thousands of companies may take hours, as long as it
# advances. A source that does not answer for most of a day ends the run; the next day starts anew.
LONG = workflow.ActivityConfig(
    schedule_to_close_timeout=timedelta(hours=20), heartbeat_timeout=timedelta(seconds=20)
)
# While a register is down every attempt costs a few of the day's queries: after a quarter of an
# hour of trouble, one each ten minutes.
ASKING = LONG | workflow.ActivityConfig(
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=10))
)


@workflow.defn(name="RegisterSync")
class RegisterSync:
    """One run, whatever its source: the same four stages in the same order.

    Find the companies that may have changed; query the register about each; weigh what would
    follow, and wait for a person where it is too much; align access with the answers.
    """

    @workflow.init
    def __init__(self, request: SyncRequest) -> None:
        self._request = request
        self._woken = False

    @workflow.run
    async def run(self, request: SyncRequest) -> str:
        """Carry out the run; returns the state in which it ended."""
        opened = await workflow.execute_activity_method(
            SyncRunActivities.open_run, request, **QUICK
        )
        if opened.ended:
            return "repeated"
        ending = await self._carry_out(opened.run_id)
        if ending is not None:
            await workflow.execute_activity_method(SyncRunActivities.end_run, ending, **QUICK)
        return ending.state if ending else SyncState.REJECTED

    async def _carry_out(self, run_id: UUID) -> EndRun | None:
        """Return how the run ended; None: a person rejected it."""
        try:
            if await self._find(run_id) is None:
                return EndRun(run_id=run_id, state=SyncState.UNCHANGED)
            await self._ask(run_id)
            may = await workflow.execute_activity_method(
                ApplyStatesActivities.weigh, run_id, **LONG
            )
            if not may and not await self._released(run_id):
                return None
            await workflow.execute_activity_method(
                ApplyStatesActivities.apply_states, run_id, **LONG
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return _ending(run_id, error)
        return EndRun(run_id=run_id, state=SyncState.FINISHED)

    async def _find(self, run_id: UUID) -> int | None:
        """Return how many companies to query about; None: the source has nothing new."""
        match self._request.source:
            case SyncSource.FILE:
                return await self._find_in_file(run_id)
            case SyncSource.CHANGES:
                return await workflow.execute_activity_method(
                    ReadChangesActivities.read_changes, run_id, **_asking()
                )
            case SyncSource.CHECK:
                return await workflow.execute_activity_method(
                    FindChangesActivities.list_customers, run_id, **QUICK
                )
            case SyncSource.COMPANY:
                company_id = company_of(self._request.subject)
                requested = RequestedCompany(run_id=run_id, company_id=company_id)
                return await workflow.execute_activity_method(
                    FindChangesActivities.list_requested, requested, **QUICK
                )

    async def _find_in_file(self, run_id: UUID) -> int | None:
        fetched = await workflow.execute_activity_method(
            FindChangesActivities.fetch_file, run_id, **ASKING
        )
        if fetched is None:
            waiting = await workflow.execute_activity_method(
                FindChangesActivities.list_waiting, run_id, **QUICK
            )
            return waiting or None
        return await workflow.execute_activity_method(
            FindChangesActivities.compare_file, fetched, **LONG
        )

    async def _ask(self, run_id: UUID) -> None:
        while True:
            asked = await workflow.execute_activity_method(
                QueryRegisterActivities.query_companies, run_id, **_asking()
            )
            if asked.wait_until is None:
                return
            workflow.set_current_details("The day's queries are used up; continues tomorrow")
            # Clocks differ: a query sent a second too early must not be repeated at once.
            pause = max(asked.wait_until - workflow.now(), timedelta(minutes=1))
            await workflow.sleep(pause, summary="until the register may be queried again")

    async def _released(self, run_id: UUID) -> bool:
        workflow.set_current_details(
            "**Held**: would end too much access. `volitus sync show`, then `release` or `reject`."
        )
        decision = None
        while decision is None:
            await workflow.wait_condition(lambda: self._woken)
            self._woken = False
            decision = await workflow.execute_activity_method(
                SyncRunActivities.take_decision, run_id, **QUICK
            )
        workflow.set_current_details("")
        return decision is SyncDecision.RELEASE

    @workflow.signal
    def wake(self) -> None:
        """Look whether a person has decided. The decision itself is in the database only."""
        self._woken = True


def _asking() -> workflow.ActivityConfig:
    return on_queue(RegisterQueue.SYNC, ASKING)


def _ending(run_id: UUID, error: ActivityError) -> EndRun:
    """Refuse a source that cannot be trusted; any other error is a failure of ours."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type in {FILE_REFUSED, REGISTER_UNKNOWN}:
        code, *more = [str(detail) for detail in cause.details]
        return EndRun(run_id=run_id, state=SyncState.REFUSED, code=code, text=" ".join(more))
    return EndRun(run_id=run_id, state=SyncState.FAILED, code="internal", text=type(cause).__name__)
