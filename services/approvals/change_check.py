"""Use case of whoever wants to change a delegation: how would it count, and what goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.delegations.changes import ChangeWay, needs_acceptance
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from services.approvals.propose import Jointly, acts_jointly, lock_group
from services.approvals.refusals import as_refused
from services.delegations.authority import require_manager
from services.delegations.reads import read_seen
from services.engine import Engine
from services.errors import NotFound
from storage.database import Session
from storage.delegations import narrowing, offers, proposals, rows
from storage.delegations.offering import Renewal
from storage.requests import rate_limits


@dataclass(frozen=True, slots=True)
class CheckedChange:
    """Answer to a check of other terms of a delegation."""

    way: ChangeWay
    refusals: Sequence[DelegationRefusal] = ()
    """Empty: it would be changed, offered or proposed."""
    delegation_ids: frozenset[UUID] = frozenset()
    """Passed on from it, and would give less or end."""
    person_ids: frozenset[UUID] = frozenset()
    """Receivers of these."""


async def check_change(
    engine: Engine, how: Jointly, wanted: Renewal, *, actor: Actor
) -> CheckedChange:
    """Return how other terms would come to count, and why they would be refused. Changes nothing.

    Raises:
        NotFound: there is none that this person may change.
        LimitReached: as the offer itself would, and for too many questions. What gives nothing more
            is not counted.
        Refused: ``group_unfillable``, where by the register nobody can confirm it here.
    """
    found, _ = await read_seen(engine, wanted.delegation_id, wanted.giver_id)
    if not needs_acceptance(found.version.terms, wanted.terms):
        return await engine.try_out(lambda s: _narrowed(s, how, wanted, actor))
    account_id, giver_id = found.account_id, wanted.giver_id
    jointly = await acts_jointly(engine, how, ActKind.DELEGATION_RENEW, account_id, giver_id)
    await engine.write(lambda s: rate_limits.take(s, how.offers.check_uses(giver_id)))
    if not jointly:
        return await engine.try_out(lambda s: _offered(s, how, wanted, actor))
    with as_refused():
        return await engine.try_out(lambda s: _proposed(s, how, wanted, account_id, actor))


def _narrowed(session: Session, how: Jointly, wanted: Renewal, actor: Actor) -> CheckedChange:
    way, id_ = ChangeWay.AT_ONCE, wanted.delegation_id
    require_manager(session, id_, wanted.giver_id)
    try:
        done = narrowing.narrow(session, id_, wanted.terms, how.offers, actor=actor)
    except DelegationRefused as refused:
        return CheckedChange(way, refused.refusals)
    if done is None:
        raise NotFound
    below = frozenset(done.clipped) | {each.id for each in done.ended.delegations}
    stored = rows.read_all(session.connection(), below).values()
    people = frozenset(each.receiver_id for each in stored if each.receiver_id is not None)
    return CheckedChange(way, (), below, people)


def _offered(session: Session, how: Jointly, wanted: Renewal, actor: Actor) -> CheckedChange:
    try:
        offers.renew(session, wanted, how.offers, actor=actor)
    except DelegationRefused as refused:
        return CheckedChange(ChangeWay.ACCEPTED, refused.refusals)
    return CheckedChange(ChangeWay.ACCEPTED)


def _proposed(
    session: Session, how: Jointly, wanted: Renewal, account_id: UUID, actor: Actor
) -> CheckedChange:
    until = lock_group(session, account_id, how)
    try:
        proposals.propose_renewal(session, wanted, how.offers, lapses_at=until, actor=actor)
    except DelegationRefused as refused:
        return CheckedChange(ChangeWay.CONFIRMED, refused.refusals)
    return CheckedChange(ChangeWay.CONFIRMED)
