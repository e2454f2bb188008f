"""Routes of bulk retries: a preview, or an operation that retries many stuck items."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.http import accepted, pagination, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.ops.bulk_retry_schemas import (
    BulkRetry,
    BulkRetryInput,
    BulkRetryItem,
    BulkRetryItemPage,
    BulkRetryPreview,
)
from api.ops.stuck import Operator
from api.requests.operations import Operation
from services.ops import bulk_retry
from storage.database import Connection
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retries import NewBulkRetry
from storage.requests import operation_queries

router = APIRouter(prefix="/v1/ops/bulk-retries", tags=["bulk-retries"], route_class=GuardedRoute)


@router.post(
    "",
    operation_id="createBulkRetry",
    status_code=202,
    response_model=Operation,
    responses=accepted.RESPONSES | {200: {"model": BulkRetryPreview, "description": "Dry run."}},
)
async def create_bulk_retry(
    wanted: BulkRetryInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Retry the items that match now, at a limited rate; `dry_run` answers with a preview.

    Items that change meanwhile are skipped, and those in doubt are not retried. A preview is made
    anew every time, whatever its Idempotency-Key. Accepted also while Temporal is unavailable: a
    worker starts the bulk retry later. `POST /v1/operations/{id}/cancel` ends a bulk
    retry.
    """
    which = wanted.filter.as_filter()
    if wanted.dry_run:
        preview = await engine.read(lambda connection: bulk_retry.preview(connection, which))
        return JSONResponse(BulkRetryPreview.of(preview).model_dump(mode="json"))

    async def start(id_: UUID) -> Done:
        new = NewBulkRetry(which, admitted.actor, wanted.reason, wanted.rate)
        await bulk_retry.start(engine, id_, new)
        operation = await engine.read(lambda connection: operation_queries.get(connection, id_))
        return accepted.accepted(f"/v1/operations/{id_}", Operation.of(operation))

    return await once(admitted, start)


@router.get(
    "/{operation_id}",
    operation_id="getBulkRetry",
    responses=problems.documented("not_found"),
)
async def get_bulk_retry(operation_id: UUID, _admitted: Operator, engine: EngineDep) -> BulkRetry:
    """Return a bulk retry: how far it is, and what became of what it retried.

    `outcomes` goes on changing after it has ended: an item that was retried heals or is stuck
    again only when its process has tried.
    """

    def read(connection: Connection) -> BulkRetry | None:
        found = bulk_retry_queries.read(connection, operation_id)
        counted = bulk_retry_queries.outcomes(connection, operation_id)
        return BulkRetry.of(found, counted) if found else None

    found = await engine.read(read)
    if found is None:
        raise Problem("not_found")
    return found


@router.get(
    "/{operation_id}/items",
    operation_id="listBulkRetryItems",
    responses=problems.together(pagination.RESPONSES, problems.documented("not_found")),
)
async def list_bulk_retry_items(
    operation_id: UUID, _admitted: Operator, engine: EngineDep, page: pagination.Asked
) -> BulkRetryItemPage:
    """List the items of a bulk retry and their results, in the order of retrying."""
    after = page.place("bulk-retry-items", pagination.Number)
    items = await engine.read(
        lambda connection: bulk_retry_queries.items(
            connection, operation_id, after=after, limit=page.limit + 1
        )
    )
    if items is None:
        raise Problem("not_found")
    shown, following = page.cut("bulk-retry-items", items, lambda item: item.position)
    return BulkRetryItemPage(
        items=[BulkRetryItem.of(item) for item in shown],
        next=following,
    )
