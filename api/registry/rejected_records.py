"""Rejected records: list those that could not be used."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api.http import pagination
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.registry.schemas import RejectedRecord, RejectedRecordPage
from api.registry.sync_runs import Operator
from storage.registry import rejected_record_queries
from storage.registry.rejected_record_queries import Place

router = APIRouter(prefix="/v1/sync/rejected-records", tags=["sync"], route_class=GuardedRoute)


@router.get("", operation_id="listRejectedRecords", responses=pagination.RESPONSES)
def list_rejected_records(
    _admitted: Operator,
    database: Store,
    page: pagination.Asked,
    found_in: Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9_:-]+$")] = None,
) -> RejectedRecordPage:
    """List every record that is rejected now, newest first."""
    before = page.place("rejected-records", Place)
    with database.reading() as connection:
        records = rejected_record_queries.rejected_records(
            connection, found_in=found_in, before=before, limit=page.limit + 1
        )
    shown, following = page.cut(
        "rejected-records", records, lambda record: (record.first_seen_at, record.id)
    )
    items = [RejectedRecord(**asdict(record)) for record in shown]
    return RejectedRecordPage(items=items, next=following)
