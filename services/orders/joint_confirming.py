"""Confirm what an order waits for together with others who represent a company."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.approvals.acts import Act, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.rules import JointApproval
from domain.audit import Actor
from domain.orders.confirming import ConfirmRefusal
from services import launcher
from services.approvals.propose import Jointly, propose
from services.approvals.refusals import as_refused
from services.engine import Engine
from services.errors import Refused
from storage.approvals import answering, proposing, rows
from storage.approvals.proposing import Proposed, Proposer
from storage.database import Session
from storage.orders.confirming import OrderNotWaiting


@dataclass(frozen=True, slots=True)
class JointAct:
    """An act that an order waits for, and a group is to confirm."""

    kind: ActKind
    order_id: UUID
    account_id: UUID
    """On whose account: its company's group confirms."""
    confirm_by: datetime
    """When the order is cancelled if they have not."""
    read: Callable[[Session], Act]
    """Returns the act as it is now, with the order locked. Raises OrderNotWaiting."""

    @property
    def named(self) -> UUID:
        """Of what the id of its approval is made: an order may wait for two."""
        is_placing = self.kind is ActKind.ORDER_PLACE
        return self.order_id if is_placing else uuid5(self.order_id, self.kind)


async def confirm_jointly(
    engine: Engine, how: Jointly, what: JointAct, given: Confirming, *, actor: Actor
) -> UUID:
    """Propose it to those who represent the company, or confirm what is proposed. Repeatable.

    Returns the approval. Raises Refused, LimitReached.
    """
    if how.approvals.joint is JointApproval.OFF:
        raise Refused("needs_joint_approval")
    by = Proposer.who_saw(approval_of(what.named), given)

    def prepare(session: Session, _: UUID, lapses_at: datetime) -> Proposed:
        act = what.read(session)
        return Proposed(act, what.order_id, min(lapses_at, what.confirm_by))

    def write(session: Session) -> UUID:
        proposing.lock_company(session, what.account_id)
        found = rows.open_about(session, what.kind, what.order_id)
        if found is not None:
            answering.confirm(session, found, given, how.approvals, actor=actor)
            return found
        propose(session, what.account_id, by, prepare, how.approvals, actor=actor)
        return by.approval_id

    try:
        with as_refused():
            approval_id = await engine.write(write)
    except OrderNotWaiting:
        raise Refused(ConfirmRefusal.ORDER_NOT_WAITING) from None
    await launcher.start(engine, approval_id)
    return approval_id
