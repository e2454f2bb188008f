"""Use case: cancel an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.approvals.acts import ABOUT_ORDERS
from domain.processes import order_id as workflow_id_of
from services.engine import Engine
from services.ops.wake import wake_if_reached
from services.orders.ordered_by import OrderedBy
from storage.approvals import open_about
from storage.audit import events
from storage.database import Session
from storage.orders import cancel_tasks, cancelling
from storage.orders.cancel_tasks import CancelTask, NewCancelTask


@dataclass(frozen=True, slots=True)
class WantedCancel:
    """A request to cancel an order. The id is the caller's."""

    id: UUID
    order_id: UUID
    reason: str = ""
    requested_at: datetime | None = None
    """When it is to be assessed; None, or in the past: at once."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """What else is kept and shown as it was given."""
    note: str = ""
    """Why a member of staff asks for it: only staff can read it, and ``reason`` is empty."""


async def cancel(engine: Engine, wanted: WantedCancel, by: OrderedBy) -> CancelTask:
    """Cancel an order, or what still can be cancelled of it. Repeatable by the request's id.

    Nothing more of it is sent; what was done is undone, later. An approval that it waited for ends
    with it. Whether the caller may see the order
    is checked before. Raises OrderUnknown, OrderOver, CancelOpen.
    """

    def write(session: Session) -> CancelTask:
        connection = session.connection()
        known = cancel_tasks.one(connection, wanted.id)
        if known is not None:
            return known
        at = wanted.requested_at
        is_due = at is None or at <= events.now(session)
        new = NewCancelTask(
            wanted.id,
            wanted.order_id,
            by.client,
            wanted.reason,
            wanted.document,
            None if is_due else at,
        )
        approvals = open_about.lock(session, ABOUT_ORDERS, wanted.order_id)  # before the order
        cancelling.request(session, new, by.actor, is_due=is_due, note=wanted.note)
        open_about.end_impossible(session, approvals, by.actor)
        found = cancel_tasks.one(connection, wanted.id)
        if found is None:
            raise LookupError("the request that was inserted is not there")
        return found

    task = await engine.write(write)
    await wake_if_reached(engine, workflow_id_of(wanted.order_id))
    return task
