"""Rejected records: list and count those that could not be used, show one, try it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.http import accepted, pagination, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.registry.rejected_schemas import (
    RejectedGroup,
    RejectedGroups,
    RejectedRecord,
    RejectedRecordDetails,
    RejectedRecordPage,
)
from api.registry.schemas import SyncRun
from api.registry.sync_runs import Operator
from services.registry.retry_record import retry_record
from storage.registry import rejected_record_queries
from storage.registry.rejected_record_queries import Place

router = APIRouter(prefix="/v1/sync/rejected-records", tags=["sync"], route_class=GuardedRoute)


@router.get("", operation_id="listRejectedRecords", responses=pagination.RESPONSES)
def list_rejected_records(
    _admitted: Operator,
    database: Store,
    page: pagination.Asked,
    found_in: Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9_:-]+$")] = None,
    code: Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9_]+$")] = None,
) -> RejectedRecordPage:
    """List every record that is rejected now, newest first."""
    before = page.place("rejected-records", Place)
    with database.reading() as connection:
        records = rejected_record_queries.rejected_records(
            connection, found_in=found_in, code=code, before=before, limit=page.limit + 1
        )
    shown, following = page.cut(
        "rejected-records", records, lambda record: (record.first_seen_at, record.id)
    )
    return RejectedRecordPage(items=[RejectedRecord.of(each) for each in shown], next=following)


@router.get("/groups", operation_id="countRejectedRecords")
def count_rejected_records(_admitted: Operator, database: Store) -> RejectedGroups:
    """Count the records that are rejected now, by where they were found and why."""
    with database.reading() as connection:
        groups = rejected_record_queries.groups(connection)
    return RejectedGroups(items=[RejectedGroup.of(group) for group in groups])


@router.get(
    "/{record_id:uuid}",
    operation_id="getRejectedRecord",
    responses=problems.documented("not_found"),
)
def get_rejected_record(
    record_id: UUID, _admitted: Operator, database: Store
) -> RejectedRecordDetails:
    """Get a record, also for 90 days after it could be used; and what tries it again."""
    with database.reading() as connection:
        record = rejected_record_queries.rejected_record(connection, record_id)
    if record is None:
        raise Problem("not_found")
    return RejectedRecordDetails.of(record)


@router.post(
    "/{record_id:uuid}/retry",
    operation_id="retryRejectedRecord",
    status_code=202,
    response_model=SyncRun,
    responses=problems.together(
        accepted.RESPONSES, problems.documented("not_found", "record_not_retried")
    ),
)
async def retry_rejected_record(
    record_id: UUID, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Start the run that tries the record again now: it says in `tried_again_by` which.

    Accepted also while Temporal is unavailable: a worker starts the run later.
    """

    async def start(id_: UUID) -> Done:
        run = SyncRun.of(await retry_record(engine, record_id, id_))
        return accepted.accepted(f"/v1/sync/runs/{run.id}", run)

    return await once(admitted, start)
