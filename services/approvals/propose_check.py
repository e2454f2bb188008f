"""Use case of whoever wants to give access: would it be offered or proposed, and if not why."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from services.approvals.propose import Jointly, acts_jointly, lock_group
from services.approvals.refusals import as_refused
from services.delegations import offers as alone
from services.engine import Engine
from storage.database import Session
from storage.delegations import proposals
from storage.delegations.offering import Offer
from storage.requests import rate_limits


@dataclass(frozen=True, slots=True)
class Checked:
    """Answer to a check of a delegation."""

    refusals: Sequence[DelegationRefusal]
    """Empty: it would be offered or proposed."""
    jointly: bool
    """True: others are to confirm it before it is offered."""


async def check_delegation(engine: Engine, how: Jointly, wanted: Offer, *, actor: Actor) -> Checked:
    """Return why a delegation would be refused, and whether it would be proposed. Changes nothing.

    Raises LimitReached as the offer itself would, and for too many questions: each counts; and
    Refused ``group_unfillable``, where by the register nobody can confirm it here.
    """
    account_id, giver_id = wanted.account_id, wanted.giver_id
    if not await acts_jointly(engine, how, ActKind.DELEGATION_GIVE, account_id, giver_id):
        return Checked(
            await alone.check_delegation(engine, how.offers, wanted, actor=actor), jointly=False
        )

    def check(session: Session) -> Sequence[DelegationRefusal]:
        until = lock_group(session, account_id, how)
        try:
            proposals.propose(session, wanted, how.offers, lapses_at=until, actor=actor)
        except DelegationRefused as refused:
            return tuple(refused.refusals)
        return ()

    await engine.write(lambda s: rate_limits.take(s, how.offers.check_uses(giver_id)))
    with as_refused():
        return Checked(await engine.try_out(check), jointly=True)
