"""Release or reject a held run."""

from uuid import UUID

from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.registry.sync_runs import RunDecision
from domain.processes import sync_id
from domain.registry.sync import SyncDecision, SyncState
from services.engine import Engine
from services.errors import NotFound, Refused
from services.temporal import reaching_temporal
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun
from workflows.registry.register_sync import RegisterSync

_WORKER_SECONDS = 20.0
"""Time in which a worker must take the decision."""


async def decide_sync(
    engine: Engine,
    run_id: UUID,
    decision: SyncDecision,
    *,
    by: str,
    reason: str,
    decision_id: UUID,
) -> SyncRun:
    """Release or reject a held run; returns its row once the decision is recorded.

    ``decision_id`` lets a repetition learn the outcome of the first call instead of deciding
    again. Raises NotFound, Refused ``run_not_held`` and TemporalUnavailable, the latter also
    where no worker takes the decision in time.
    """
    run = await read_sync(engine, run_id)
    if run.state is not SyncState.HELD and run.decided_by != by:
        raise _not_held(run)
    made = RunDecision(decision=decision, by=by, reason=reason)
    async with reaching_temporal(_WORKER_SECONDS):
        await _hand_over(engine, run, made, str(decision_id))
    return await read_sync(engine, run_id)


def _not_held(run: SyncRun) -> Refused:
    return Refused("run_not_held", f"The run is {run.state}.")


async def _hand_over(engine: Engine, run: SyncRun, made: RunDecision, update_id: str) -> None:
    """Hand the decision to the run's workflow, or learn what became of an earlier hand-over."""
    held = run.state is SyncState.HELD
    handle = engine.temporal.get_workflow_handle_for(
        RegisterSync.run, sync_id(run.source, run.subject)
    )
    try:
        if held:
            await handle.execute_update(RegisterSync.decide, made, id=update_id)
        else:  # decided by this caller: by this very call, or by an earlier one
            await handle.get_update_handle(update_id).result()
    except WorkflowUpdateFailedError:
        raise Refused("run_not_held", "Another operator decided first.") from None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        ended = Refused("run_not_held", "The run's workflow has ended.")
        raise (ended if held else _not_held(run)) from None


async def read_sync(engine: Engine, run_id: UUID) -> SyncRun:
    """Return a run. Raises NotFound."""
    run = await engine.read(lambda connection: sync_run_queries.run(connection, run_id))
    if run is None:
        raise NotFound
    return run
