"""Table ``order_cancel``: requests to cancel an order, and what became of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.audit import Actor
from domain.orders.states import CancelPhase
from domain.orders.tasks import CancelTaskState
from storage.database import Session

ACCEPTED = "The cancellation is accepted. What was done of the order is undone."
OVER = "The order was over before it could be cancelled."
DENIED = "Some items are past their point of no return. The others are cancelled."


@dataclass(frozen=True, slots=True)
class CancelTask:
    """A request to cancel an order."""

    id: UUID
    order_id: UUID
    client: str
    reason: str
    document: Mapping[str, Any]
    """What else the client gave, as it gave it."""
    state: CancelTaskState
    completion_message: str
    requested_at: datetime | None
    """When it is to be assessed; None: at once."""
    effective_at: datetime | None
    """When the order was cancelled."""
    created_at: datetime


COLUMNS = """c.id, c.order_id, c.client, c.reason, c.given, c.state, c.completion_message,
    c.requested_at, c.effective_at, c.created_at"""
_INSERT = text("""
INSERT INTO order_cancel (id, order_id, client, reason, given, actor, state, requested_at,
    created_at)
VALUES (:id, :order_id, :client, :reason, CAST(:given AS jsonb), CAST(:actor AS jsonb),
    'accepted', :requested_at, clock_timestamp())
""")
_OPEN = text(
    "SELECT id FROM order_cancel WHERE order_id = :order_id AND state IN ('accepted', 'inProgress')"
)
_DUE = text("""
SELECT id FROM order_cancel WHERE order_id = :order_id AND state = 'accepted'
    AND requested_at <= clock_timestamp()
""")
_MOVE = text("""
UPDATE order_cancel SET state = :state, completion_message = :message,
    effective_at = CASE WHEN :is_cancelled THEN clock_timestamp() ELSE effective_at END
WHERE order_id = :order_id AND (state IN ('accepted', 'inProgress')
    OR :is_cancelled AND state = 'done' AND effective_at IS NULL)
""")
_READ = f"SELECT {COLUMNS} FROM order_cancel c"


@dataclass(frozen=True, slots=True)
class NewCancelTask:
    """A request to cancel. The id is the caller's."""

    id: UUID
    order_id: UUID
    client: str
    reason: str
    document: Mapping[str, Any]
    requested_at: datetime | None


def insert(session: Session, new: NewCancelTask, actor: Actor) -> None:
    """Insert a request to cancel, to be assessed."""
    values = {
        "id": new.id,
        "order_id": new.order_id,
        "client": new.client,
        "reason": new.reason,
        "given": json.dumps(dict(new.document)),
        "actor": json.dumps(actor.as_json()),
        "requested_at": new.requested_at,
    }
    session.execute(_INSERT, values)


def is_open(session: Session, order_id: UUID) -> bool:
    """Return whether a request to cancel this order is not assessed yet."""
    return session.execute(_OPEN, {"order_id": order_id}).first() is not None


def is_due(session: Session, order_id: UUID) -> bool:
    """Return whether a request to cancel this order waits to be assessed, and its time has come."""
    return session.execute(_DUE, {"order_id": order_id}).first() is not None


def assessed(
    session: Session, order_id: UUID, phase: CancelPhase | None, *, is_cancelled: bool
) -> None:
    """Record what is known of the cancellation of an order, in its open requests."""
    if phase is CancelPhase.ASSESSING:
        state, message = CancelTaskState.IN_PROGRESS, ""
    else:
        state = CancelTaskState.DONE
        message = DENIED if phase is CancelPhase.DENIED else ACCEPTED
    _move(session, order_id, state, message, is_cancelled=is_cancelled)


def failed(session: Session, order_id: UUID, why: str) -> None:
    """End the open requests of an order that could not be assessed."""
    _move(session, order_id, CancelTaskState.TERMINATED_WITH_ERROR, why, is_cancelled=False)


def _move(
    session: Session, order_id: UUID, state: CancelTaskState, message: str, *, is_cancelled: bool
) -> None:
    values = {
        "order_id": order_id,
        "state": state,
        "message": message,
        "is_cancelled": is_cancelled,
    }
    session.execute(_MOVE, values)


def one(connection: Connection, id_: UUID) -> CancelTask | None:
    """Read a request to cancel. None: there is none."""
    found = connection.execute(text(f"{_READ} WHERE c.id = :id"), {"id": id_}).one_or_none()
    return None if found is None else task_of(found)


def of_order(connection: Connection, order_id: UUID) -> list[CancelTask]:
    """Read the requests to cancel an order, the oldest first."""
    rows = connection.execute(
        text(f"{_READ} WHERE c.order_id = :id ORDER BY c.created_at, c.id"), {"id": order_id}
    )
    return [task_of(row) for row in rows]


def task_of(row: Sequence[Any]) -> CancelTask:
    """Read a row of ``COLUMNS``."""
    id_, order_id, client, reason, document, state, *rest = row
    return CancelTask(id_, order_id, client, reason, document, CancelTaskState(state), *rest)
