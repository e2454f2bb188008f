"""The word of the owner of a number that an order takes: they let it go, or decline.

Locked as the confirmation of the other side is: after companies, approvals, accounts and grants.
"""

from uuid import UUID

from sqlalchemy import text

from domain.approvals.acts import Act
from domain.approvals.confirmations import Confirming
from domain.audit import Actor
from domain.messages.notices import NoticeKind
from storage.database import Session
from storage.orders import (
    confirmation_notices,
    confirmations,
    confirming,
    ending,
    number_requests,
)
from storage.orders.confirming import OrderNotWaiting
from storage.orders.number_requests import NumberRequest

_CONFIRMED = text("""
UPDATE service_order SET giver_confirmed_at = clock_timestamp(), giver_owner_id = :owner,
    version = version + 1, updated_at = clock_timestamp()
WHERE id = :id
""")


def act_of(session: Session, order_id: UUID) -> Act:
    """Return the act that lets the number go. Raises OrderNotWaiting. Locks the order."""
    return _waiting(session, order_id).act


def confirm(session: Session, order_id: UUID, given: Confirming, *, actor: Actor) -> bool:
    """Keep the word of one who may give it alone, and begin the order if nothing else is awaited.

    Returns whether it has begun just now. Whoever confirms was checked, with what lets them locked.
    Raises OrderNotWaiting, also where ``given`` is of another act.
    """
    found = _same(session, order_id, given.digest)
    confirmations.insert(session, order_id, given, of_giver=True)
    return _confirmed(session, found, given.person_id, actor)


def confirm_jointly(session: Session, order_id: UUID, digest: str, *, actor: Actor) -> bool:
    """As ``confirm``, on the word of a group: its approval keeps who they are."""
    return _confirmed(session, _same(session, order_id, digest), None, actor)


def decline(session: Session, order_id: UUID, *, actor: Actor) -> bool:
    """Cancel an order of which nothing has begun: the owner of the number does not let it go.

    Also after they had confirmed it. Whoever placed it is told. Returns whether it is cancelled
    just now; False: it has begun or has ended, or it is none of theirs.
    """
    if number_requests.lock(session, order_id) is None:
        return False
    if not ending.cancel_unbegun(session, order_id, ending.DECLINED, actor):
        return False
    kind = NoticeKind.ORDER_NOT_CONFIRMED
    confirmation_notices.tell_orderer(session, order_id, kind, actor=actor)
    return True


def _waiting(session: Session, order_id: UUID) -> NumberRequest:
    found = number_requests.lock(session, order_id)
    if found is None or not found.is_waiting:
        raise OrderNotWaiting
    return found


def _same(session: Session, order_id: UUID, digest: str) -> NumberRequest:
    found = _waiting(session, order_id)
    if found.act.digest() != digest:
        raise OrderNotWaiting
    return found


def _confirmed(
    session: Session, found: NumberRequest, person_id: UUID | None, actor: Actor
) -> bool:
    session.execute(_CONFIRMED, {"id": found.order_id, "owner": found.owner_id})
    return confirming.go_on(session, found.order_id, found.act, person_id, actor)
