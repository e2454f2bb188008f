"""Carry out, or drop, an act that an order waits for: that places it, or gives a number to it."""

from collections.abc import Mapping

from domain.approvals.acts import ActKind
from domain.approvals.endings import ENDED
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.reasons import Reason
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.orders import confirming, ending, giving, number_requests, waiting_orders

_WHY: Mapping[str, Reason] = {
    ENDED[ApprovalState.DECLINED].code: ending.DECLINED,
    ENDED[ApprovalState.LAPSED].code: ending.NOT_CONFIRMED,
}
"""Why the order is cancelled, by the code of why its approval ended."""


def carry_out(session: Session, approval: StoredApproval, actor: Actor) -> None:
    """Record what a group confirmed, and begin the order if it waits for nothing else.

    Raises OrderNotWaiting where it waits no more, or is another one than they were shown.
    """
    side = giving if approval.kind is ActKind.NUMBER_GIVE else confirming
    side.confirm_jointly(session, approval.subject_id, approval.digest, actor=actor)


def drop(session: Session, approval: StoredApproval, why: Reason, actor: Actor) -> None:
    """Cancel the order that waits for it. Repeating changes nothing."""
    if not is_waiting(session, approval):
        return
    cancelled = _WHY.get(why.code, ending.CANCELLED)
    confirming.cancel_unconfirmed(session, approval.subject_id, cancelled, actor)


def is_waiting(session: Session, approval: StoredApproval) -> bool:
    """Return whether the order still waits for it."""
    if approval.kind is ActKind.NUMBER_GIVE:
        asked = number_requests.read(session, approval.subject_id)
        return asked is not None and asked.is_waiting
    return waiting_orders.read(session, approval.subject_id) is not None
