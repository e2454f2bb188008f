"""Retries in bulk: what was stuck when one was asked for, and what became of each of those rows.

Locks are taken in one order: the operation, then the stuck row. So the rows of one operation are
decided one after the other, whoever works on it, and none after it has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.processes import ProcessType
from domain.provisioning.steps import Decision
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.ops import decisions
from storage.ops.decisions import Decided
from storage.ops.stuck_queries import Filter
from storage.requests import operations
from storage.requests.operations import Subject

KIND = ProcessType.BULK_RETRY
"""Of the operations."""
ENGINE = Actor(ActorKind.ENGINE, KIND)
DONE = Reason("bulk_retry_done", "Every row was looked at")
CANCELLED = Reason("bulk_retry_cancelled", "Operations ended it; rows not reached are as they were")


class RowResult(StrEnum):
    """What became of one row."""

    RETRIED = "retried"
    SKIPPED = "skipped"
    """It changed since the retry was asked for: healed, closed, or decided about by somebody."""
    REFUSED = "refused"
    """It cannot be retried, or was being decided about already."""
    IN_DOUBT = "in_doubt"
    """It may have happened: left alone."""


class NotCancellable(Exception):
    """It has ended, or is of a kind that goes on to its end."""


WOULD = """CASE WHEN kind = 'doubt' THEN 'in_doubt'
    WHEN state = 'stuck' AND kind IN ('trouble', 'refused') AND 'retry' = ANY(allowed_decisions)
        THEN 'retried'
    ELSE 'refused' END"""
"""What a retry would make of a row of ``stuck`` as it is now."""
_OPERATION = text(f"{operations.READ} FOR UPDATE OF o")
_UNDER_WAY = frozenset({"pending", "running"})


@dataclass(frozen=True, slots=True)
class BulkRetryAsked:
    """Who wants which rows retried, why, and how many a second (None: as the settings say)."""

    which: Filter
    actor: Actor
    why: str
    rate: float | None = None

    def filter_as_json(self) -> dict[str, Any]:
        """What was named of the filter, for the history."""
        _, named = self.which.conditions()
        names = {"code": "reason"}
        return {names.get(name, name): str(value) for name, value in named.items()}


_SNAPSHOT = """
WITH taken AS (
    INSERT INTO bulk_retry (operation_id, place, stuck_id, version)
    SELECT :operation_id, row_number() OVER (ORDER BY since, id), id, version
    FROM stuck WHERE {where} RETURNING place
)
UPDATE operation
SET progress = jsonb_build_object('done', 0, 'total', (SELECT count(*) FROM taken))
WHERE id = :operation_id
"""


def ask(session: Session, operation_id: UUID, asked: BulkRetryAsked) -> Row[Any]:
    """Write down that it is asked for, with the rows as they are now, the longest stuck first.

    Returns the operation. Repeating changes nothing.
    """
    told = {"by": asked.actor.as_json(), "reason": asked.why, "rate": asked.rate}
    if operations.request(session, operation_id, KIND, None, Subject(asked=told)):
        where, named = asked.which.conditions()
        session.execute(text(_SNAPSHOT.format(where=where)), named | {"operation_id": operation_id})
        row = session.execute(_OPERATION, {"id": operation_id}).one()
        facts = {"filter": asked.filter_as_json(), "rows": row.progress["total"]}
        line = NewEvent(
            EventKind.BULK_RETRY_ASKED,
            subject_id=operation_id,
            reason=Reason("asked", asked.why, facts | {"rate": asked.rate}),
            after={"state": row.state},
        )
        events.append(session, [line], actor=asked.actor, at=events.now(session))
    return session.execute(_OPERATION, {"id": operation_id}).one()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is, and how fast it was asked to be."""

    done: int
    total: int
    rate: float | None


def carry_on(session: Session, operation_id: UUID) -> Progress | None:
    """Decide about the first row that is left, and write down what became of it.

    None: it has ended; every row has its result, or somebody cancelled it.
    """
    operation = session.execute(_OPERATION, {"id": operation_id}).one_or_none()
    if operation is None or operation.state not in _UNDER_WAY:
        return None
    # One after the other: so many are done, and the next place is the first that is left.
    done, total = operation.progress["done"], operation.progress["total"]
    if done == total:
        _end(session, operation)
        return None
    row = session.execute(
        text("SELECT * FROM bulk_retry WHERE operation_id = :id AND place = :place"),
        {"id": operation_id, "place": done + 1},
    ).one()
    _write_down(session, row, _retry(session, row, operation.asked))
    return Progress(done + 1, total, operation.asked["rate"])


def _retry(session: Session, row: Row[Any], asked: Mapping[str, Any]) -> RowResult:
    """Locks the stuck row, so that what it is now is what is decided about."""
    found = session.execute(
        text(f"SELECT state, version, {WOULD} AS would FROM stuck WHERE id = :id FOR UPDATE"),
        {"id": row.stuck_id},
    ).one_or_none()
    if found is None or found.state == "closed":
        return RowResult.SKIPPED
    would = RowResult(found.would)
    if would is not RowResult.IN_DOUBT and found.version != row.version:
        return RowResult.SKIPPED
    if would is RowResult.RETRIED:
        by = asked["by"]
        actor = Actor(ActorKind(by["kind"]), by["id"])
        decided = Decided(Decision.RETRY, row.version, actor, asked["reason"])
        decisions.decide(session, row.stuck_id, decided)
    return would


_WRITE_DOWN = text("""
WITH told AS (
    UPDATE bulk_retry SET result = :result, at = clock_timestamp()
    WHERE operation_id = :id AND place = :place
)
UPDATE operation SET state = 'running', updated_at = clock_timestamp(),
    progress = progress || jsonb_build_object('done', CAST(:place AS int))
WHERE id = :id
""")


def _write_down(session: Session, row: Row[Any], result: RowResult) -> None:
    told = {"id": row.operation_id, "place": row.place, "result": result}
    session.execute(_WRITE_DOWN, told)


def _end(session: Session, operation: Row[Any]) -> None:
    counts = _counts(session, operation.id)
    operations.succeeded(session, operation.id, counts)
    _tell(session, operation, NewEvent(EventKind.BULK_RETRY_ENDED, reason=DONE), ENGINE, counts)


def cancel(session: Session, operation_id: UUID, actor: Actor, why: str) -> Row[Any]:
    """End it now: no row is decided about after this. Returns the operation.

    Raises LookupError where there is no such operation, or NotCancellable.
    """
    operation = session.execute(_OPERATION, {"id": operation_id}).one_or_none()
    if operation is None:
        raise LookupError(operation_id)
    if operation.kind != KIND or operation.state not in _UNDER_WAY:
        raise NotCancellable
    counts = _counts(session, operation_id)
    operations.cancelled(session, operation_id, CANCELLED, counts)
    line = NewEvent(EventKind.BULK_RETRY_CANCELLED, reason=Reason("cancelled", why))
    _tell(session, operation, line, actor, counts)
    return session.execute(_OPERATION, {"id": operation_id}).one()


def _counts(session: Session, operation_id: UUID) -> dict[str, int]:
    found = session.execute(
        text(
            "SELECT result, count(*) AS n FROM bulk_retry"
            " WHERE operation_id = :id AND result IS NOT NULL GROUP BY result"
        ),
        {"id": operation_id},
    )
    return {str(result): 0 for result in RowResult} | {row.result: row.n for row in found}


def _tell(
    session: Session, operation: Row[Any], line: NewEvent, actor: Actor, counts: Mapping[str, int]
) -> None:
    whole = replace(
        line,
        subject_id=operation.id,
        before={"state": operation.state},
        after={"state": _STATES[line.kind], **counts},
    )
    events.append(session, [whole], actor=actor, at=events.now(session))


_STATES = {EventKind.BULK_RETRY_CANCELLED: "cancelled", EventKind.BULK_RETRY_ENDED: "succeeded"}
