"""Queries about bulk retries: a preview, one bulk retry, its items and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.operations import OperationState
from domain.ops.bulk_retries import KIND, BulkRetry, Requested, RetryOutcome, RetryResult
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.stuck_steps import Cause
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
    action: str | None
    """Of the step; None: the item is no step, as are the target and the cause where it is gone."""
    target: str | None
    cause: Cause | None
    """Why the item is or was stuck, as it is now."""
    outcome: RetryOutcome | None
    """What became of it, as it is now; None: it was not retried."""


_OUTCOME = f"""CASE WHEN b.result IS DISTINCT FROM '{RetryResult.RETRIED}' THEN NULL
    WHEN k.state = 'stuck' THEN '{RetryOutcome.STUCK_AGAIN}'
    WHEN k.state IN ('decided', 'retrying') THEN '{RetryOutcome.UNDER_WAY}'
    WHEN k.resolution IN ('retried', 'healed') THEN '{RetryOutcome.HEALED}'
    ELSE '{RetryOutcome.ENDED}' END"""
_ITEMS = text(f"""
SELECT b.position, b.stuck_id, b.version, b.result, b.at, k.action, k.target, k.code, k.detail,
    {_OUTCOME} AS outcome
FROM bulk_retry b LEFT JOIN stuck k ON k.id = b.stuck_id
WHERE b.operation_id = :id AND b.position > :after ORDER BY b.position LIMIT :limit
""")


def items(
    connection: Connection, operation_id: UUID, *, after: int | None, limit: int
) -> list[BulkRetryItem] | None:
    """Up to ``limit`` items that follow position ``after``. None: there is no such bulk retry."""
    if read(connection, operation_id) is None:
        return None
    found = connection.execute(_ITEMS, {"id": operation_id, "after": after or 0, "limit": limit})
    return [_item(row) for row in found]


def _item(row: Row[Any]) -> BulkRetryItem:
    return BulkRetryItem(
        row.position,
        row.stuck_id,
        row.version,
        RetryResult(row.result) if row.result else None,
        row.at,
        row.action,
        row.target,
        Cause(StuckReason(row.code), row.detail) if row.code else None,
        RetryOutcome(row.outcome) if row.outcome else None,
    )


_OUTCOMES = text(f"""
SELECT outcome, count(*) AS items FROM (
    SELECT {_OUTCOME} AS outcome FROM bulk_retry b LEFT JOIN stuck k ON k.id = b.stuck_id
    WHERE b.operation_id = :id AND b.result = '{RetryResult.RETRIED}'
) AS retried GROUP BY outcome
""")


def outcomes(connection: Connection, operation_id: UUID) -> Mapping[RetryOutcome, int]:
    """Count what became of the items that were retried, as they are now; 0 where there is none."""
    found = {row.outcome: row.items for row in connection.execute(_OUTCOMES, {"id": operation_id})}
    return {each: found.get(each, 0) for each in RetryOutcome}
