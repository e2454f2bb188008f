"""Orders that wait for a confirmation of the account that they are on, and how they go on.

A confirmation counts in the transaction that begins the order. Locked after companies, approvals,
accounts and grants.
"""

from uuid import UUID

from sqlalchemy import text

from domain.approvals.acts import Act
from domain.approvals.confirmations import Confirming
from domain.audit import Actor, EventKind
from domain.messages.notices import NoticeKind
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.orders import (
    beginning,
    confirmation_notices,
    confirmations,
    ending,
    one_by_one,
    ordered,
    refreshing,
    still_permitted,
    waiting_orders,
)


class OrderNotWaiting(Exception):
    """The order waits for no confirmation any more, or is another one than was confirmed."""


_CONFIRMED = text("""
UPDATE service_order SET confirmed_at = clock_timestamp(), version = version + 1,
    updated_at = clock_timestamp()
WHERE id = :id
""")
_LAPSED = text(f"""
SELECT o.id FROM service_order o
WHERE {waiting_orders.UNCONFIRMED} AND o.confirm_by <= clock_timestamp()
ORDER BY o.confirm_by, o.id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_AGE_OF_LAPSED = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(o.confirm_by)), 0)
FROM service_order o WHERE {waiting_orders.UNCONFIRMED} AND o.confirm_by <= clock_timestamp()
""")


def act_of(session: Session, order_id: UUID) -> Act:
    """Return the act that a waiting order is. Raises OrderNotWaiting. Locks the order."""
    if waiting_orders.read(session, order_id, lock=True) is None:
        raise OrderNotWaiting
    return ordered.acts_of(session, [order_id])[order_id]


def confirm(session: Session, order_id: UUID, given: Confirming, *, actor: Actor) -> bool:
    """Keep one person's confirmation, and begin the order. Returns whether it has begun just now.

    It begins later where it is to start later, or depends on another one. Whoever may confirm it
    was checked, with what lets them locked. Raises OrderNotWaiting, also where ``given`` is of
    another act.
    """
    act = _same(session, order_id, given.digest)
    confirmations.insert(session, order_id, given)
    return _confirmed(session, order_id, act, given.person_id, actor)


def confirm_jointly(session: Session, order_id: UUID, digest: str, *, actor: Actor) -> bool:
    """Begin an order that a group confirmed; the approval keeps who did. As ``confirm``."""
    return _confirmed(session, order_id, _same(session, order_id, digest), None, actor)


def _same(session: Session, order_id: UUID, digest: str) -> Act:
    act = act_of(session, order_id)
    if act.digest() != digest:
        raise OrderNotWaiting
    return act


def _confirmed(
    session: Session, order_id: UUID, act: Act, person_id: UUID | None, actor: Actor
) -> bool:
    session.execute(_CONFIRMED, {"id": order_id})
    return go_on(session, order_id, act, person_id, actor)


def go_on(session: Session, order_id: UUID, act: Act, person_id: UUID | None, actor: Actor) -> bool:
    """Record that an order was confirmed by this act, and begin it if nothing else is awaited.

    ``person_id``: who confirmed it alone. Where the owner of a number is to confirm it as well,
    they are asked. Returns whether it has begun just now.
    """
    event = NewEvent(
        EventKind.ORDER_CONFIRMED,
        subject_id=order_id,
        account_id=act.account_id,
        company_id=act.company_id,
        person_id=person_id,
        after={"digest": act.digest()},
    )
    events.append(session, [event], actor=actor)
    if waiting_orders.asks_giver(session, order_id):
        confirmation_notices.ask_giver(session, order_id, actor=actor)
    else:
        confirmed = NoticeKind.ORDER_CONFIRMED
        confirmation_notices.tell_orderer(session, order_id, confirmed, actor=actor)
    if not still_permitted.is_still_permitted(session, order_id):
        ending.cancel_unbegun(session, order_id, ending.PERMISSION_LOST, actor)
        return False
    if beginning.begin_if_ready(session, order_id, actor=actor):
        return True
    refreshing.refresh(session, order_id, actor=actor)
    return False


def lapse(session: Session, *, limit: int = 100) -> int:
    """Cancel orders that nobody confirmed in time; returns how many."""
    found = session.execute(_LAPSED, {"limit": limit}).scalars().all()
    why, actor = ending.NOT_CONFIRMED, refreshing.ENGINE
    return one_by_one.each(session, found, lambda id_: cancel_unconfirmed(session, id_, why, actor))


def cancel_unconfirmed(session: Session, order_id: UUID, why: Reason, actor: Actor) -> bool:
    """Cancel an order that waits for a confirmation, and tell who placed it. Idempotent.

    Returns whether it is cancelled just now. False also where others have confirmed it meanwhile.
    """
    if not waiting_orders.lock_unconfirmed(session, order_id):
        return False
    ending.cancel_unbegun(session, order_id, why, actor)
    kind = NoticeKind.ORDER_NOT_CONFIRMED
    confirmation_notices.tell_orderer(session, order_id, kind, actor=actor)
    return True


def age_of_late(connection: Connection) -> float:
    """Return the seconds since the first order was to be cancelled that nobody confirmed."""
    return float(connection.execute(_AGE_OF_LAPSED).scalar_one())
