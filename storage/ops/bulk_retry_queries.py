"""Queries about bulk retries: a preview, one bulk retry, and the result for each item."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.operations import OperationState
from domain.ops.bulk_retries import KIND, BulkRetry, Requested, RetryResult
from domain.ops.stuck_reasons import StuckReason
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.id_prefix import IdPrefix, ids_with_prefix
from storage.ops.stuck_queries import Filter

WOULD_BECOME = """CASE WHEN kind = 'doubt' THEN 'in_doubt'
    WHEN state = 'stuck' AND kind IN ('trouble', 'refused') AND 'retry' = ANY(allowed_decisions)
        THEN 'retried'
    ELSE 'refused' END"""
"""The rule ``domain.ops.bulk_retries.would_become`` for an open row of ``stuck``, as SQL."""
_BY = "asked #>> '{by,id}'"
OPERATION = f"""SELECT id, kind, state, asked, progress, result, created_at, updated_at,
    {event_notes.text_of("CAST(asked ->> 'note_id' AS bigint)")} AS note,
    {name_of(_BY)} AS by_name
FROM operation WHERE id = :id"""
"""What ``bulk_retry`` reads."""


def bulk_retry(row: Row[Any]) -> BulkRetry:
    """The bulk retry in a row of OPERATION."""
    return BulkRetry(
        id=row.id,
        state=OperationState(row.state),
        requested=Requested.from_json(row.asked, name=row.by_name, note=row.note),
        done=row.progress["done"],
        total=row.progress["total"],
        counts=row.result,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def read(connection: Connection, operation_id: UUID) -> BulkRetry | None:
    """The bulk retry of this id; None where there is none."""
    row = connection.execute(_READ, {"id": operation_id, "kind": KIND}).one_or_none()
    return bulk_retry(row) if row is not None else None


_READ = text(f"{OPERATION} AND kind = :kind")


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Up to five bulk retries whose id begins so."""
    return ids_with_prefix(connection, "operation", prefix, where=f"kind = '{KIND}'")


@dataclass(frozen=True, slots=True)
class PreviewGroup:
    """Preview of a bulk retry for the items of one target and reason."""

    target: str | None
    code: StuckReason
    total: int
    would_retry: int
    in_doubt: int
    refused: int
    oldest: datetime
    """Since when the oldest is stuck."""


def _number_of(result: RetryResult) -> str:
    return f"count(*) FILTER (WHERE would_become = '{result}')"


_PREVIEW = f"""
SELECT target, code, count(*), {_number_of(RetryResult.RETRIED)},
    {_number_of(RetryResult.IN_DOUBT)}, {_number_of(RetryResult.REFUSED)}, min(since)
FROM (SELECT *, {WOULD_BECOME} AS would_become FROM stuck WHERE {{where}}) AS k
GROUP BY target, code ORDER BY count(*) DESC, min(since), target, code
"""


def preview(connection: Connection, which: Filter) -> list[PreviewGroup]:
    """Count what a bulk retry would do now, by target and reason; the largest group comes first."""
    where, parameters = which.as_sql()
    found = connection.execute(text(_PREVIEW.format(where=where)), parameters)
    return [PreviewGroup(target, StuckReason(code), *rest) for target, code, *rest in found]


@dataclass(frozen=True, slots=True)
class BulkRetryItem:
    """One item of a bulk retry."""

    position: int
    """In the order of retrying: the longest stuck comes first."""
    stuck_id: UUID
    version: int
    """The item's, when the bulk retry was requested."""
    result: RetryResult | None
    """None: not reached."""
    at: datetime | None


_ITEMS = text("""
SELECT position, stuck_id, version, result, at FROM bulk_retry
WHERE operation_id = :id AND position > :after ORDER BY position LIMIT :limit
""")


def items(
    connection: Connection, operation_id: UUID, *, after: int | None, limit: int
) -> list[BulkRetryItem] | None:
    """Up to ``limit`` items that follow position ``after``. None: there is no such bulk retry."""
    if read(connection, operation_id) is None:
        return None
    found = connection.execute(_ITEMS, {"id": operation_id, "after": after or 0, "limit": limit})
    return [
        BulkRetryItem(position, stuck_id, version, RetryResult(result) if result else None, at)
        for position, stuck_id, version, result, at in found
    ]
