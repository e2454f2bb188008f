"""Deletes orders of which nothing ever began."""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.orders.states import OrderState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.orders import beginning, ending

DELETED = Reason("order_deleted", "The program that placed it deleted it")

_LOCK = text("""
SELECT account_id, state, began_at IS NOT NULL AS has_begun FROM service_order
WHERE id = :id FOR UPDATE
""")
_DEPENDENTS = text(f"""
SELECT o.id FROM service_order o WHERE o.began_at IS NULL AND o.{beginning.OPEN}
    AND o.depends_on @> ARRAY[CAST(:id AS uuid)] ORDER BY o.id FOR UPDATE
""")
_DELETE = text("DELETE FROM service_order WHERE id = :id")


class OrderBegun(Exception):
    """Something of the order has begun, or people are asked about it: it can only be cancelled."""


def delete(session: Session, order_id: UUID, actor: Actor) -> None:
    """Delete an order that never began. Its events stay.

    One that waits for its time, or for another order, is cancelled first; what depends on it is
    cancelled as well. Raises OrderBegun, and LookupError where there is no such order.
    """
    found = session.execute(_LOCK, {"id": order_id}).one_or_none()
    if found is None:
        raise LookupError
    state = OrderState(found.state)
    if found.has_begun or not (state.is_final or state is OrderState.ACKNOWLEDGED):
        raise OrderBegun
    ending.cancel_unbegun(session, order_id, DELETED, actor)
    for dependent in session.execute(_DEPENDENTS, {"id": order_id}).scalars().all():
        ending.cancel_unbegun(session, dependent, ending.DEPENDENCY_ENDED, actor)
    session.execute(_DELETE, {"id": order_id})
    event = NewEvent(
        EventKind.ORDER_DELETED,
        subject_id=order_id,
        account_id=found.account_id,
        reason=DELETED,
        before={"state": state.value},
    )
    events.append(session, [event], actor=actor)
