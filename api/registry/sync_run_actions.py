"""Operations' hand on the register sync: start a run, release or reject one that is held."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.registry.sync_runs import RunDecision, SyncRequest
from api.http import accepted, idempotency, problems
from api.http.accepted import Starter
from api.http.dependencies import Store, Temporal
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, RequestModel
from api.registry.sync_runs import Operator, RunDetail, read_run
from services.temporal import reaching_temporal
from storage.database import Database
from storage.registry import sync_runs
from workflows.registry.register_sync import RegisterSync, sync_id

router = APIRouter(prefix="/v1/sync/runs", tags=["sync"], route_class=GuardedRoute)

_WORKER_SECONDS = 20.0


class StartRun(RequestModel):
    """Which source to read now."""

    source: Literal["file", "changes", "check"]


@router.post(
    "",
    operation_id="startSyncRun",
    status_code=202,
    response_model=RunDetail,
    responses=accepted.RESPONSES,
)
async def start_sync_run(
    asked: StartRun, admitted: Operator, database: Store, once: OnceOnly, starter: Starter
) -> Response:
    """Read a source now, besides what the schedule does."""

    async def start(id_: UUID) -> Done:
        request = SyncRequest(source=asked.source, subject=f"asked-{id_}")
        await starter(RegisterSync.run, request, sync_id(request.source, request.subject))
        shown = await run_in_threadpool(_opened, database, request)
        return accepted.accepted(f"/v1/sync/runs/{shown.id}", shown)

    return await once(admitted, start)


def _opened(database: Database, request: SyncRequest) -> RunDetail:
    """The run's row, which its workflow makes too: whoever comes first."""
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, request.source, request.subject)
    return read_run(database, run_id)


_DECIDED = problems.together(
    idempotency.RESPONSES | accepted.UNAVAILABLE, problems.documented("not_found", "run_not_held")
)


@router.post(
    "/{run_id}/release",
    operation_id="releaseSyncRun",
    response_model=RunDetail,
    responses=_DECIDED,
)
async def release_sync_run(
    run_id: UUID,
    why: ReasonInput,
    admitted: Operator,
    *,
    database: Store,
    once: OnceOnly,
    temporal: Temporal,
) -> Response:
    """Let a held run go on: what its preview shows will happen."""

    async def release(id_: UUID) -> Done:
        decision = RunDecision(decision="release", by=admitted.actor.id, reason=why.reason)
        return await _decide(database, temporal, run_id, decision, id_)

    return await once(admitted, release)


@router.post(
    "/{run_id}/reject",
    operation_id="rejectSyncRun",
    response_model=RunDetail,
    responses=_DECIDED,
)
async def reject_sync_run(
    run_id: UUID,
    why: ReasonInput,
    admitted: Operator,
    *,
    database: Store,
    once: OnceOnly,
    temporal: Temporal,
) -> Response:
    """End a held run with nothing of it applied."""

    async def reject(id_: UUID) -> Done:
        decision = RunDecision(decision="reject", by=admitted.actor.id, reason=why.reason)
        return await _decide(database, temporal, run_id, decision, id_)

    return await once(admitted, reject)


async def _decide(
    database: Database, temporal: Client, run_id: UUID, decision: RunDecision, id_: UUID
) -> Done:
    run = await run_in_threadpool(read_run, database, run_id)
    if run.state != "held":
        raise Problem("run_not_held")
    handle = temporal.get_workflow_handle_for(RegisterSync.run, sync_id(run.source, run.subject))
    async with reaching_temporal(_WORKER_SECONDS):
        try:
            # The id lets a repetition learn how the first one ended, instead of deciding again.
            await handle.execute_update(RegisterSync.decide, decision, id=str(id_))
        except WorkflowUpdateFailedError:  # somebody else was quicker
            raise Problem("run_not_held") from None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise Problem("run_not_held") from None
            raise
    shown = await run_in_threadpool(read_run, database, run_id)
    return Done(200, shown.model_dump(mode="json"))
