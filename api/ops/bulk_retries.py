"""Retrying in bulk what is stuck: first what would happen, then an operation that does it."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import Field, StrictBool
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from api.http import accepted, pagination, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, RequestModel, ResponseModel
from api.ops.filters import DURATION, span
from api.ops.stuck import Operator
from api.requests.operations import Operation
from domain.audit import Actor
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.targets import Target
from services import launcher
from storage.database import Database
from storage.ops import bulk_retries, bulk_retry_queries
from storage.ops.bulk_retries import BulkRetryAsked, RowResult
from storage.ops.stuck_queries import Filter
from storage.requests import operations

router = APIRouter(prefix="/v1/ops/stuck", tags=["stuck"], route_class=GuardedRoute)

Count = Annotated[int, Field(ge=0)]


class StuckFilter(RequestModel):
    """Which rows; what is not named may be anything."""

    target: Target | None = None
    reason: StuckReason | None = None
    kind: StuckKind | None = None
    process: str | None = Field(None, pattern="^[a-z0-9_-]{1,50}$")
    account_id: UUID | None = None
    older_than: str | None = Field(
        None,
        pattern=DURATION,
        description="Stuck for at least this long (ISO 8601): `PT30M`, `P1D`.",
    )

    def as_filter(self) -> Filter:
        """The same as the storage knows it."""
        return Filter(
            target=self.target,
            code=self.reason,
            kind=self.kind,
            process=self.process,
            account_id=self.account_id,
            older_than=span(self.older_than),
        )


class BulkRetry(ReasonInput):
    """What to retry, why, and how fast."""

    filter: StuckFilter = Field(StuckFilter(), description="Empty: everything that is stuck.")
    dry_run: StrictBool = Field(True, description="Only tell what would happen.")
    rate: float | None = Field(
        None,
        gt=0,
        le=200,
        strict=True,
        description="Rows a second; without it as the setting `bulk_retry_rate` says.",
    )


class BulkGroup(ResponseModel):
    """Rows with the same target and reason."""

    target: str | None
    reason: str
    rows: Count
    would_retry: Count
    in_doubt: Count
    refused: Count
    oldest: datetime = Field(description="Since when the one is stuck that is so for longest.")


class BulkPreview(ResponseModel):
    """What would happen. Nothing has."""

    text: str = Field(description="The same for people.")
    everything: bool = Field(description="No filter was given: these are all rows that are stuck.")
    rows: Count
    would_retry: Count
    in_doubt: Count = Field(description="They may have happened: never retried in bulk.")
    refused: Count = Field(
        description="They cannot be retried (a broken process, a paused target), or are being"
        " decided about already."
    )
    groups: list[BulkGroup] = Field(description="The most rows first.")

    @classmethod
    def of(cls, rows: list[BulkGroup], *, everything: bool) -> Self:
        """All groups taken together."""
        names = ("rows", "would_retry", "in_doubt", "refused")
        told = {name: sum(getattr(row, name) for row in rows) for name in names}
        which = "No filter: EVERYTHING that is stuck," if everything else "The filter finds"
        text = (
            f"{which} {told['rows']} rows: {told['would_retry']} would be retried,"
            f" {told['in_doubt']} are in doubt and {told['refused']} cannot be retried."
        )
        return cls(text=text, everything=everything, groups=rows, **told)


class BulkRowShape(ResponseModel):
    """What became of one row."""

    place: int = Field(description="In the order in which they are retried: longest stuck first.")
    stuck_id: UUID
    version: int = Field(description="Of the row, when the retry was asked for.")
    result: RowResult | None = Field(description="Null: not reached.")
    at: datetime | None


class BulkRowPage(ResponseModel):
    """A page of rows."""

    items: list[BulkRowShape]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.post(
    "/retry",
    operation_id="retryStuckInBulk",
    status_code=202,
    response_model=Operation,
    responses=accepted.RESPONSES | {200: {"model": BulkPreview, "description": "Dry run."}},
)
async def retry_stuck_in_bulk(
    asked: BulkRetry, admitted: Operator, database: Store, once: OnceOnly, engine: EngineDep
) -> Response:
    """Retry all that the filter finds now, so many a second; `dry_run` only tells what it would do.

    Rows that change meanwhile are skipped, and those in doubt are left alone. A dry run is made
    anew every time, whatever its Idempotency-Key. `POST /v1/operations/{id}/cancel` ends it.
    """
    if asked.dry_run:
        shown = await run_in_threadpool(_preview, database, asked.filter)
        return JSONResponse(shown.model_dump(mode="json"))

    async def ask(id_: UUID) -> Done:
        await run_in_threadpool(_asked, database, id_, asked, admitted.actor)
        await launcher.start(engine, id_)
        found = await engine.read(lambda connection: operations.get(connection, id_))
        return accepted.accepted(f"/v1/operations/{id_}", Operation.of(found))

    return await once(admitted, ask)


def _preview(database: Database, which: StuckFilter) -> BulkPreview:
    with database.reading() as connection:
        rows = bulk_retry_queries.preview(connection, which.as_filter())
    names = BulkGroup.model_fields.keys() - {"reason"}
    groups = [
        BulkGroup(reason=row.code, **{name: getattr(row, name) for name in names}) for row in rows
    ]
    return BulkPreview.of(groups, everything=which == StuckFilter())


def _asked(database: Database, operation_id: UUID, asked: BulkRetry, actor: Actor) -> Row[Any]:
    wanted = BulkRetryAsked(asked.filter.as_filter(), actor, asked.reason, asked.rate)
    with database.transaction() as session:
        return bulk_retries.ask(session, operation_id, wanted)


@router.get(
    "/retries/{operation_id}/rows",
    operation_id="listBulkRetryRows",
    responses=problems.together(pagination.RESPONSES, problems.documented("not_found")),
)
def list_bulk_retry_rows(
    operation_id: UUID, _admitted: Operator, database: Store, page: pagination.Asked
) -> BulkRowPage:
    """Every row of a retry in bulk and what became of it, in their order."""
    after = page.place("bulk-retry-rows", pagination.Number)
    with database.reading() as connection:
        rows = bulk_retry_queries.rows(connection, operation_id, after=after, limit=page.limit + 1)
    if rows is None:
        raise Problem("not_found")
    shown, following = page.cut("bulk-retry-rows", rows, lambda row: row.place)
    names = BulkRowShape.model_fields
    items = [BulkRowShape(**{name: getattr(row, name) for name in names}) for row in shown]
    return BulkRowPage(items=items, next=following)
