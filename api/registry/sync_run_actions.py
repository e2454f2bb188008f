"""Sync runs: start one, release or reject one that is held."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.http import accepted, idempotency, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, RequestModel
from api.registry.schemas import SyncRun
from api.registry.sync_runs import Operator
from domain.registry.sync import RequestableSource, SyncDecision, SyncSource
from services.engine import Engine
from services.registry.decide_sync import decide_sync
from services.registry.start_sync import request_sync

router = APIRouter(prefix="/v1/sync/runs", tags=["sync"], route_class=GuardedRoute)


class SyncRunInput(RequestModel):
    """Source to read now."""

    source: RequestableSource


@router.post(
    "",
    operation_id="startSyncRun",
    status_code=202,
    response_model=SyncRun,
    responses=accepted.RESPONSES,
)
async def start_sync_run(
    asked: SyncRunInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Read a source now, besides the schedule.

    Accepted also while Temporal is unavailable: a worker starts the run later.
    """

    async def start(id_: UUID) -> Done:
        run = SyncRun.of(await request_sync(engine, SyncSource(asked.source), id_))
        return accepted.accepted(f"/v1/sync/runs/{run.id}", run)

    return await once(admitted, start)


_DECIDED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "run_not_held")
)


@router.post(
    "/{run_id}/release",
    operation_id="releaseSyncRun",
    response_model=SyncRun,
    responses=_DECIDED,
)
async def release_sync_run(
    run_id: UUID, why: ReasonInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Let a held run continue: what its preview shows will happen.

    Accepted also while Temporal is unavailable: a worker carries the decision out later.
    """
    return await once(admitted, _deciding(engine, admitted, run_id, SyncDecision.RELEASE, why))


@router.post(
    "/{run_id}/reject",
    operation_id="rejectSyncRun",
    response_model=SyncRun,
    responses=_DECIDED,
)
async def reject_sync_run(
    run_id: UUID, why: ReasonInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """End a held run with nothing of it applied."""
    return await once(admitted, _deciding(engine, admitted, run_id, SyncDecision.REJECT, why))


def _deciding(
    engine: Engine,
    admitted: Operator,
    run_id: UUID,
    decision: SyncDecision,
    why: ReasonInput,
) -> Callable[[UUID], Awaitable[Done]]:
    async def decide(id_: UUID) -> Done:
        run = await decide_sync(
            engine, run_id, decision, actor=admitted.actor, reason=why.reason, decision_id=id_
        )
        return Done(200, SyncRun.of(run).to_keep())

    return decide
