"""Bulk retries: the items that were stuck when one was requested, and the result for each.

Lock order: the operation, then the stuck item. So the items of one operation are
decided one after the other, whichever worker does it, and none after it has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.operations import OperationState
from domain.ops.bulk_retries import CANCELLED, DONE, KIND, BulkRetry, Requested, RetryResult
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retry_queries import OPERATION
from storage.ops.stuck_queries import Filter
from storage.requests import operations
from storage.requests.operations import NotCancellable, Subject

ENGINE = Actor(ActorKind.ENGINE, KIND)


@dataclass(frozen=True, slots=True)
class NewBulkRetry:
    """Items to retry, the requester, the reason, and items a second (None: the setting's)."""

    which: Filter
    actor: Actor
    reason: str
    rate: float | None = None

    def filter_as_json(self) -> dict[str, str]:
        """The filter's conditions, for the event."""
        names = {"code": "reason"}
        named = self.which.named()
        return {names.get(name, name): str(value) for name, value in named.items()}


_SNAPSHOT = """
WITH taken AS (
    INSERT INTO bulk_retry (operation_id, position, stuck_id, version)
    SELECT :operation_id, row_number() OVER (ORDER BY since, id), id, version
    FROM stuck WHERE {where} RETURNING position
)
SELECT count(*) FROM taken
"""
_LOCK = text(f"{OPERATION} FOR UPDATE")


def request(session: Session, operation_id: UUID, new: NewBulkRetry) -> BulkRetry:
    """Record a bulk retry with the items that match now; the longest stuck comes first.

    Repeating changes nothing.
    """
    requested = Requested(new.actor, new.rate).as_json()
    if not operations.request(session, operation_id, KIND, None, Subject(asked=requested)):
        return locked(session, operation_id)
    where, named = new.which.as_sql()
    taken = session.execute(
        text(_SNAPSHOT.format(where=where)), named | {"operation_id": operation_id}
    )
    operations.set_total(session, operation_id, taken.scalar_one())
    retry = locked(session, operation_id)
    facts = {"filter": new.filter_as_json(), "items": retry.total, "rate": new.rate}
    event = NewEvent(
        EventKind.BULK_RETRY_REQUESTED,
        subject_id=operation_id,
        reason=Reason("requested", "Operations requested it", facts),
        after={"state": retry.state},
    )
    note_id = event_notes.append(session, event, new.reason, actor=new.actor)
    operations.set_asked(session, operation_id, Requested(new.actor, new.rate, note_id).as_json())
    return locked(session, operation_id)


def locked(session: Session, operation_id: UUID) -> BulkRetry:
    """Read a bulk retry and lock it. Raises LookupError where there is no such operation."""
    row = session.execute(_LOCK, {"id": operation_id}).one_or_none()
    if row is None:
        raise LookupError(operation_id)
    if row.kind != KIND:
        raise NotCancellable
    return bulk_retry_queries.bulk_retry(row)


def end(session: Session, retry: BulkRetry) -> None:
    """End a bulk retry every item of which has its result."""
    counts = _counts(session, retry.id)
    operations.succeeded(session, retry.id, counts)
    event = NewEvent(
        EventKind.BULK_RETRY_ENDED, reason=DONE, after={"state": OperationState.SUCCEEDED}
    )
    _append_event(session, retry, event, ENGINE, counts)


def cancel(session: Session, operation_id: UUID, actor: Actor, reason: str) -> BulkRetry:
    """End a bulk retry now: no item is decided about after this. Repeating changes nothing.

    Raises LookupError where there is no such operation, or NotCancellable: it ended otherwise.
    """
    retry = locked(session, operation_id)
    if retry.state is OperationState.CANCELLED:
        return retry
    if retry.has_ended:
        raise NotCancellable
    counts = _counts(session, operation_id)
    operations.cancelled(session, operation_id, CANCELLED, counts)
    event = NewEvent(
        EventKind.BULK_RETRY_CANCELLED,
        reason=Reason("cancelled", CANCELLED.text),
        after={"state": OperationState.CANCELLED},
    )
    _append_event(session, retry, event, actor, counts, note=reason)
    return locked(session, operation_id)


_COUNTS = text(
    "SELECT result, count(*) AS n FROM bulk_retry"
    " WHERE operation_id = :id AND result IS NOT NULL GROUP BY result"
)


def _counts(session: Session, operation_id: UUID) -> dict[str, int]:
    found = session.execute(_COUNTS, {"id": operation_id})
    return {str(result): 0 for result in RetryResult} | {row.result: row.n for row in found}


def _append_event(
    session: Session,
    retry: BulkRetry,
    event: NewEvent,
    actor: Actor,
    counts: Mapping[str, int],
    *,
    note: str = "",
) -> None:
    whole = replace(
        event,
        subject_id=retry.id,
        before={"state": retry.state},
        after={**(event.after or {}), **counts},
    )
    event_notes.append(session, whole, note, actor=actor)
