"""Sync runs: list them and show one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import EngineDep, Store
from api.http.routes import GuardedRoute
from api.registry.schemas import SyncRun, SyncRunPage, SyncRunSummary
from domain.registry.sync import SyncSource, SyncState
from services.registry.decide_sync import read_sync
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import Place

router = APIRouter(prefix="/v1/sync/runs", tags=["sync"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
Operator = Annotated[Authorized, Depends(OPERATIONS)]


@router.get("", operation_id="listSyncRuns", responses=pagination.RESPONSES)
def list_sync_runs(
    _admitted: Operator,
    database: Store,
    page: pagination.Asked,
    source: SyncSource | None = None,
    state: SyncState | None = None,
) -> SyncRunPage:
    """List every run, newest first."""
    before = page.place("runs", Place)
    with database.reading() as connection:
        runs = sync_run_queries.runs(
            connection, source=source, state=state, before=before, limit=page.limit + 1
        )
    shown, following = page.cut("runs", runs, lambda run: (run.started_at, run.id))
    return SyncRunPage(items=[SyncRunSummary.of(run) for run in shown], next=following)


@router.get("/{run_id}", operation_id="getSyncRun", responses=problems.documented("not_found"))
async def get_sync_run(run_id: UUID, _admitted: Operator, engine: EngineDep) -> SyncRun:
    """Show a run: its counts, its state and why, and what it would do where it is held."""
    return SyncRun.of(await read_sync(engine, run_id))
