"""Ends orders: those that never began, and those whose process is over."""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.orders.planned_steps import action_of
from domain.orders.states import OrderState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contracts import wakeups
from storage.database import Session
from storage.inventory import secrets
from storage.ops import stuck_items
from storage.orders import (
    beginning,
    cancel_tasks,
    one_by_one,
    plan_queries,
    refreshing,
    still_permitted,
)
from storage.processes import processes
from storage.provisioning import undoing

DEPENDENCY_ENDED = Reason("order_dependency_ended", "An order that it depends on was not completed")
CONTRACT_ENDED = Reason(
    "order_contract_ended", "The contract of a service that it is for ended before it was active"
)
NOT_CONFIRMED = Reason("order_not_confirmed", "Nobody confirmed it in time")
DECLINED = Reason("order_declined", "Somebody who was asked to confirm it declined")
SERVICE_LOST = Reason(
    "order_service_lost", "A service that it is for ended or moved to another account"
)
PERMISSION_LOST = Reason("order_permission_lost", "Whoever ordered it may not do so any more")
CANCELLED = Reason("order_cancelled", "It was cancelled")

_LOCK = text("SELECT state, began_at FROM service_order WHERE id = :id FOR UPDATE")
_CANCEL = text("""
UPDATE service_order SET state = 'cancelled', cancel_reason = :why, version = version + 1,
    ended_at = clock_timestamp(), updated_at = clock_timestamp()
WHERE id = :id RETURNING account_id
""")
_CANCEL_ITEMS = text("""
UPDATE service_order_item SET state = 'cancelled', ended_at = clock_timestamp()
WHERE order_id = :id
""")


_WAITING_FOR = text(f"""
SELECT o.id FROM service_order o WHERE o.began_at IS NULL AND o.{beginning.OPEN}
    AND o.depends_on @> ARRAY[CAST(:id AS uuid)] ORDER BY o.id FOR UPDATE
""")


def cancel_unbegun(session: Session, order_id: UUID, why: Reason, actor: Actor) -> bool:
    """Cancel an order of which nothing has begun; returns whether it is cancelled just now.

    What depends on it is cancelled as well. False: it has begun, or has ended.
    """
    found = session.execute(_LOCK, {"id": order_id}).one_or_none()
    if found is None or found.began_at is not None or OrderState(found.state).is_final:
        return False
    values = {"id": order_id, "why": why.code}
    account_id = session.execute(_CANCEL, values).scalar_one()
    session.execute(_CANCEL_ITEMS, {"id": order_id})
    secrets.forget_set(session, order_id)
    event = NewEvent(
        EventKind.ORDER_CHANGED,
        subject_id=order_id,
        account_id=account_id,
        reason=why,
        before={"state": found.state},
        after={"state": OrderState.CANCELLED.value},
    )
    events.append(session, [event], actor=actor)
    cancel_tasks.assessed(session, order_id, None, is_cancelled=True)
    _after(session, order_id, is_completed=False)
    return True


def end(session: Session, order_id: UUID) -> bool:
    """End an order that is carried out; its places are given up.

    Orders that waited for it begin, or are cancelled where it was not completed. False: something
    is to be undone first. Repeating changes nothing.
    """
    if undoing.is_left(session, order_id, _undoable(session, order_id)):
        return False
    close(session, order_id, refreshing.ENGINE)
    return True


def close(session: Session, order_id: UUID, actor: Actor) -> None:
    """End an order as it is, with nothing more undone. Repeating changes nothing."""
    undoing.lock_steps(session, order_id)
    state = refreshing.refresh(session, order_id, actor=actor, is_over=True)
    undoing.drop_unfinished(session, order_id)
    stuck_items.end_process(session, order_id, actor)
    processes.end(session, order_id)
    _after(session, order_id, is_completed=state is OrderState.COMPLETED)


def _undoable(session: Session, order_id: UUID) -> list[str]:
    plan = plan_queries.plan_of(session.connection(), order_id)
    return [
        action_of(step.id, item.number)
        for item in plan.items
        for step in item.steps
        if step.undo is not None
    ]


def begin(session: Session, order_id: UUID, actor: Actor) -> bool:
    """Begin an order whose time has come, if whoever ordered it still may; else cancel it.

    Returns whether either was done.
    """
    if still_permitted.is_still_permitted(session, order_id):
        return beginning.begin_if_ready(session, order_id, actor=actor)
    return cancel_unbegun(session, order_id, PERMISSION_LOST, refreshing.ENGINE)


def _after(session: Session, order_id: UUID, *, is_completed: bool) -> None:
    """Begin the orders that waited for this one, or cancel them where it was not completed.

    This one has ended whatever becomes of them: a sweep tries again. The contract that it carries
    out is looked at.
    """
    wakeups.order_ended(session, order_id)

    def follow(id_: UUID) -> bool:
        if is_completed:
            return begin(session, id_, refreshing.ENGINE)
        return cancel_unbegun(session, id_, DEPENDENCY_ENDED, refreshing.ENGINE)

    waiting = session.execute(_WAITING_FOR, {"id": order_id}).scalars().all()
    one_by_one.each(session, waiting, follow)
