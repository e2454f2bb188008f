"""Carries a bulk retry out: decides about its items one by one, and records each result."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.ops.bulk_retries import Requested, RetryResult, result_for
from domain.provisioning.steps import Decision
from storage.ops import bulk_retries, decisions
from storage.ops.decisions import BulkRetryRef, NewDecision
from storage.requests import operations


@dataclass(frozen=True, slots=True)
class Progress:
    """Number of items done, of all, and how many a second were requested."""

    done: int
    total: int
    rate: float | None


class _Item(NamedTuple):
    """An item as it was when the bulk retry was requested."""

    operation_id: UUID
    position: int
    stuck_id: UUID
    version: int


_ITEM = text("""
SELECT operation_id, position, stuck_id, version FROM bulk_retry
WHERE operation_id = :id AND position = :position
""")


def retry_next(session: Session, operation_id: UUID) -> Progress | None:
    """Decide about the first item that is left, and record the result.

    None: the bulk retry has ended; every item has its result, or an operator cancelled it.
    """
    try:
        retry = bulk_retries.locked(session, operation_id)
    except LookupError:
        return None
    if retry.has_ended:
        return None
    if retry.done == retry.total:
        bulk_retries.end(session, retry)
        return None
    # One after the other: so many are done, and the next position is the first that is left.
    position = retry.done + 1
    asked = {"id": operation_id, "position": position}
    item = _Item(*session.execute(_ITEM, asked).one())
    _record(session, item, _retry(session, item, retry.requested))
    return Progress(position, retry.total, retry.requested.rate)


def _retry(session: Session, item: _Item, requested: Requested) -> RetryResult:
    """Lock the item, so that the decision is about what it is now, and decide."""
    try:
        found = decisions.locked(session, item.stuck_id)
    except LookupError:
        return RetryResult.SKIPPED
    result = result_for(found, item.version)
    if result is RetryResult.RETRIED:
        part_of = BulkRetryRef(item.operation_id, requested.note_id)
        new = NewDecision(Decision.RETRY, item.version, requested.by, part_of=part_of)
        decisions.decide(session, item.stuck_id, new)
    return result


_RECORD = text(f"""
WITH recorded AS (
    UPDATE bulk_retry SET result = :result, at = clock_timestamp()
    WHERE operation_id = :id AND position = :done
)
{operations.ITEM_DONE}
""")


def _record(session: Session, item: _Item, result: RetryResult) -> None:
    session.execute(_RECORD, {"id": item.operation_id, "done": item.position, "result": result})
