"""Release or reject a held run."""

from uuid import UUID

from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.registry.sync_runs import RunDecision
from domain.registry.sync import SyncDecision, SyncState
from services.engine import Engine
from services.errors import NotFound, Refused
from services.temporal import reaching_temporal
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun
from workflows.registry.register_sync import RegisterSync, sync_id

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
    if run.state is not SyncState.HELD:
        raise Refused("run_not_held", f"The run is {run.state}.")
    handle = engine.temporal.get_workflow_handle_for(
        RegisterSync.run, sync_id(run.source, run.subject)
    )
    told = RunDecision(decision=decision, by=by, reason=reason)
    async with reaching_temporal(_WORKER_SECONDS):
        try:
            await handle.execute_update(RegisterSync.decide, told, id=str(decision_id))
        except WorkflowUpdateFailedError:
            raise Refused("run_not_held", "Somebody else decided already.") from None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise Refused("run_not_held", "The run's workflow has ended.") from None
            raise
    return await read_sync(engine, run_id)


async def read_sync(engine: Engine, run_id: UUID) -> SyncRun:
    """Return a run. Raises NotFound."""
    run = await engine.read(lambda connection: sync_run_queries.run(connection, run_id))
    if run is None:
        raise NotFound
    return run
