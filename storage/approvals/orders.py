"""Carry out, or drop, the act that places an order: the order waits until then."""

from collections.abc import Mapping

from domain.approvals.endings import ENDED
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.reasons import Reason
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.orders import confirming, ending, waiting_orders

_WHY: Mapping[str, Reason] = {
    ENDED[ApprovalState.DECLINED].code: ending.DECLINED,
    ENDED[ApprovalState.LAPSED].code: ending.NOT_CONFIRMED,
}
"""Why the order is cancelled, by the code of why its approval ended."""


def carry_out(session: Session, approval: StoredApproval, actor: Actor) -> None:
    """Begin the order that a group confirmed.

    Raises OrderNotWaiting where it waits no more, or is another one than they were shown.
    """
    confirming.confirm_jointly(session, approval.subject_id, approval.digest, actor=actor)


def drop(session: Session, approval: StoredApproval, why: Reason, actor: Actor) -> None:
    """Cancel the order that is not confirmed. Repeating changes nothing."""
    cancelled = _WHY.get(why.code, ending.CANCELLED)
    confirming.cancel_unconfirmed(session, approval.subject_id, cancelled, actor)


def is_waiting(session: Session, approval: StoredApproval) -> bool:
    """Return whether the order still waits for its confirmation."""
    return waiting_orders.read(session, approval.subject_id) is not None
