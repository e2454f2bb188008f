"""Cancels orders: assessed against what has begun, in one transaction."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.orders.states import CancelPhase, OrderState
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.orders import cancel_tasks, ending, one_by_one, refreshing
from storage.orders.beginning import OPEN
from storage.orders.cancel_tasks import NewCancelTask
from storage.provisioning import cancelling
from storage.provisioning.cancelling import NoSteps

REQUESTED = Reason("cancel_requested", "Somebody asked to cancel the order")

_READ = text("SELECT account_id, state, began_at FROM service_order WHERE id = :id")
_LOCK = text("SELECT state FROM service_order WHERE id = :id FOR UPDATE")
_ASSESS = text(f"""
UPDATE service_order SET cancel_phase = :phase, cancel_reason = COALESCE(cancel_reason, :why)
WHERE id = :id AND {OPEN}
RETURNING id
""")
_REASON = text(f"""
UPDATE service_order SET cancel_reason = COALESCE(cancel_reason, :why)
WHERE id = :id AND {OPEN}
""")
_DUE = text("""
SELECT c.order_id FROM order_cancel c
WHERE c.state = 'accepted' AND c.requested_at <= clock_timestamp()
ORDER BY c.requested_at, c.id LIMIT :limit
""")
_AGE_OF_DUE = text("""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(c.requested_at)), 0)
FROM order_cancel c WHERE c.state = 'accepted' AND c.requested_at <= clock_timestamp()
""")


class OrderUnknown(LookupError):
    """There is no such order."""


class OrderOver(Exception):
    """The order's state is final: there is nothing to cancel."""


class CancelOpen(Exception):
    """The order is being cancelled, or is to be later, and is not to be now."""


def request(
    session: Session, new: NewCancelTask, actor: Actor, *, is_due: bool = True, note: str = ""
) -> None:
    """Record a request to cancel an order, and assess it where ``is_due``.

    What has not begun is cancelled at once. Of an order that has begun every item is cancelled that
    still can be; where an item cannot, the cancellation of the order is denied. ``note``: what a
    member of staff wrote.

    Raises OrderUnknown, OrderOver, CancelOpen; OperationalError where a step is locked for long:
    repeat it then.
    """
    found = session.execute(_READ, {"id": new.order_id}).one_or_none()
    if found is None:
        raise OrderUnknown
    if found.began_at is not None:
        cancelling.lock_steps(session, new.order_id)  # before the order's row
    locked = session.execute(_LOCK, {"id": new.order_id}).scalar_one_or_none()
    if locked is None:  # it has just been deleted
        raise OrderUnknown
    state = OrderState(locked)
    if state.is_final:
        raise OrderOver
    # One for later keeps nobody from cancelling it now, which answers both.
    if state in _CANCELLING or (not is_due and cancel_tasks.is_open(session, new.order_id)):
        raise CancelOpen
    cancel_tasks.insert(session, new, actor)
    event = NewEvent(
        EventKind.ORDER_CANCEL_REQUESTED,
        subject_id=new.order_id,
        account_id=found.account_id,
        reason=REQUESTED,
        after={"cancel_id": str(new.id)},
    )
    event_notes.append(session, event, note, actor=actor)
    if is_due:
        assess(session, new.order_id, actor)


_CANCELLING = frozenset({OrderState.ASSESSING_CANCELLATION, OrderState.PENDING_CANCELLATION})


def assess(session: Session, order_id: UUID, actor: Actor) -> None:
    """Cancel what can be cancelled of an order. Its process is to be woken.

    Does nothing to an order that is over; whatever ended it has answered the requests to cancel it.
    """
    if ending.cancel_unbegun(session, order_id, ending.CANCELLED, actor):
        return
    cancelling.cancel(session, order_id)
    values = {"id": order_id, "phase": CancelPhase.ASSESSING, "why": ending.CANCELLED.code}
    if session.execute(_ASSESS, values).one_or_none() is None:
        return
    cancel_tasks.assessed(session, order_id, CancelPhase.ASSESSING, is_cancelled=False)
    refreshing.refresh(session, order_id, actor=actor)


def assess_due(session: Session, *, limit: int = 100) -> int:
    """Assess the requests to cancel whose time has come; returns how many."""
    due = session.execute(_DUE, {"limit": limit}).scalars().all()

    return one_by_one.each(session, due, lambda id_: _assess_if_due(session, id_))


def _assess_if_due(session: Session, order_id: UUID) -> bool:
    cancelling.lock_steps(session, order_id)  # before the order's row, as an attempt does
    session.execute(_LOCK, {"id": order_id})
    if not cancel_tasks.is_due(session, order_id):  # another sweep was quicker
        return False
    assess(session, order_id, refreshing.ENGINE)
    return True


def age_of_due(connection: Connection) -> float:
    """Return the seconds since the oldest request to cancel was to be assessed; 0: none is."""
    return float(connection.execute(_AGE_OF_DUE).scalar_one())


def cancel_items(
    session: Session, order_id: UUID, numbers: Collection[int], why: Reason, actor: Actor
) -> None:
    """Cancel some items of an order that has begun; those that come after them never begin.

    An item past its point of no return stays as it is. The order is not asked: whoever calls this
    has a word that counts more. Its process is to be woken.
    """
    with suppress(NoSteps):
        cancelling.cancel(session, order_id, [str(number) for number in numbers])
    session.execute(_REASON, {"id": order_id, "why": why.code})
    refreshing.refresh(session, order_id, actor=actor)
