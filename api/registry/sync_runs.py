"""Runs of the register sync: what they found and did, and the decision about one that is held."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from activities.registry.sync_runs import Source
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Reason, ResponseModel
from storage.database import Database
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import Place
from storage.schema.registry import RUN_STATES

router = APIRouter(prefix="/v1/sync", tags=["sync"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
Operator = Annotated[Authorized, Depends(OPERATIONS)]


class RunShape(ResponseModel):
    """One reading of one source."""

    id: UUID
    source: str
    subject: str = Field(description="The time or request that it is for.")
    state: str = Field(description=", ".join(f"`{state}`" for state in RUN_STATES))
    reason: Reason | None = Field(description="Why it is held, or ended so.")
    counts: dict[str, int]
    version: str | None = Field(description="What the register calls the file it read.")
    companies: int | None = Field(description="How many companies the file named.")
    decided_by: str | None
    decided_at: datetime | None
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row with these columns."""
        told = {name: getattr(row, name) for name in cls.model_fields}
        return cls(**told | {"reason": Reason.of_json(row.reason)})


class RunDetail(RunShape):
    """A run, and what it would do."""

    preview: dict[str, Any] | None = Field(
        description="For a run that is or was held: what it would have ended and started."
    )


class RunPage(ResponseModel):
    """A page of runs."""

    items: list[RunShape]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class AsideShape(ResponseModel):
    """A record that could not be used. It is tried again whenever its source is read."""

    id: UUID
    source: str
    key: str = Field(description="What finds it again: a registry code, a line number.")
    company_id: UUID | None
    code: str
    detail: str
    seen: int = Field(description="How often it was met.")
    run_id: UUID | None = Field(description="The last run that met it.")
    first_seen_at: datetime
    last_seen_at: datetime


class AsidePage(ResponseModel):
    """A page of records that are set aside."""

    items: list[AsideShape]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("/runs", operation_id="listSyncRuns", responses=pagination.RESPONSES)
def list_sync_runs(
    _admitted: Operator,
    database: Store,
    page: pagination.Asked,
    source: Source | None = None,
    state: Annotated[str | None, Query(pattern=f"^({'|'.join(RUN_STATES)})$")] = None,
) -> RunPage:
    """Every run, newest first."""
    before = page.place("runs", Place)
    with database.reading() as connection:
        rows = sync_run_queries.runs(
            connection, source=source, state=state, before=before, limit=page.limit + 1
        )
    shown, following = page.cut("runs", rows, lambda row: (row.started_at, row.id))
    return RunPage(items=[RunShape.of(row) for row in shown], next=following)


@router.get("/runs/{run_id}", operation_id="getSyncRun", responses=problems.documented("not_found"))
def get_sync_run(run_id: UUID, _admitted: Operator, database: Store) -> RunDetail:
    """One run: its counts, its state and why, and what it would do where it is held."""
    return read_run(database, run_id)


def read_run(database: Database, run_id: UUID) -> RunDetail:
    """The run of this id. Raises Problem where there is none."""
    with database.reading() as connection:
        row = sync_run_queries.run(connection, run_id)
    if row is None:
        raise Problem("not_found")
    return RunDetail.of(row)


@router.get("/aside", operation_id="listSetAside", responses=pagination.RESPONSES)
def list_set_aside(
    _admitted: Operator,
    database: Store,
    page: pagination.Asked,
    source: Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9_:-]+$")] = None,
) -> AsidePage:
    """Every record that is set aside now, newest first."""
    before = page.place("aside", Place)
    with database.reading() as connection:
        rows = sync_run_queries.aside(
            connection, source=source, before=before, limit=page.limit + 1
        )
    shown, following = page.cut("aside", rows, lambda row: (row.first_seen_at, row.id))
    names = AsideShape.model_fields
    items = [AsideShape(**{name: getattr(row, name) for name in names}) for row in shown]
    return AsidePage(items=items, next=following)
