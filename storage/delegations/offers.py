"""Offer delegations: new ones, and versions of those in force that give more or last longer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.basis import BasisKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from storage.audit import events
from storage.database import Session
from storage.delegations import delegations, giving, rows, versions
from storage.delegations.delegations import NewDelegation
from storage.delegations.giving import Giving
from storage.delegations.versions import NewVersion
from storage.parties import forgetting, upsert
from storage.requests import rate_limits


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wants to give. The ids are the caller's: repeating one is an error."""

    id: UUID
    version_id: UUID
    account_id: UUID
    giver_id: UUID
    receiver: PersonKey
    terms: Terms
    parent_id: UUID | None = None
    """The delegation to pass on; None: in the owner's name if the giver can, else passed on."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Terms that are to take the place of those in force, once they are accepted."""

    delegation_id: UUID
    version_id: UUID
    giver_id: UUID
    terms: Terms


def offer(
    session: Session, wanted: Offer, rules: OfferRules, *, actor: Actor, told: bool = True
) -> None:
    """Offer a delegation to a person, who may have been unknown until now.

    ``told``: whether the receiver gets a notice.

    Raises:
        DelegationRefused: for every reason against it. None tells whether the receiver is known.
        LimitReached: the giver has offered too much lately.
    """
    receiver_id = _lock_receiver(session, wanted.receiver)
    asked = Giving(wanted.account_id, wanted.giver_id, wanted.terms, wanted.parent_id)
    given = giving.checked(session, asked, rules)
    if receiver_id == wanted.giver_id:
        raise DelegationRefused(Refusal.TO_YOURSELF)
    _count(session, wanted.giver_id, receiver_id, rules)
    new = NewDelegation(
        wanted.id,
        wanted.account_id,
        receiver_id,
        wanted.giver_id,
        given.basis.parent_id,
        given.period,
    )
    reason = reasons.delegated(new.id, 1, given.basis, wanted.terms)
    delegations.insert(session, new, reason, actor=actor)
    version = (wanted.version_id, new.id, 1, wanted.terms, given.basis, given.lapses_at)
    versions.offer(session, NewVersion(*version), actor=actor, told=told)


def renew(session: Session, wanted: Renewal, rules: OfferRules, *, actor: Actor) -> bool:
    """Offer new terms of a delegation in force; returns False where there is no such delegation.

    What was passed on is renewed by who passed it on, anything else in the owner's name. An open
    offer of other terms is withdrawn. It can be accepted while the delegation lasts, whether or not
    a worker has told that its days are over. Raises as ``offer`` does.
    """
    found = rows.read(session.connection(), wanted.delegation_id)
    if found is None:
        return False
    if found.receiver_id is None or not forgetting.keep(session, found.receiver_id):
        raise DelegationRefused(Refusal.NOT_OPEN)
    if found.receiver_id == wanted.giver_id:
        raise DelegationRefused(Refusal.TO_YOURSELF)
    current = rows.in_force(session.connection(), [found.id]).get(found.id)
    before = current.terms if current else None
    asked = Giving(found.account_id, wanted.giver_id, wanted.terms, found.parent_id, before)
    given = giving.checked(session, asked, rules)
    if found.parent_id is None and given.basis.kind is BasisKind.DELEGATION:
        raise DelegationRefused(Refusal.NOT_ALLOWED_TO_GIVE)
    locked = rows.lock(session, [found.id])[found.id]
    current, ends_at = rows.in_force(session.connection(), [found.id]).get(found.id), locked.ends_at
    if current is None or locked.state.is_final or events.now(session) >= ends_at:
        raise DelegationRefused(Refusal.NOT_OPEN)
    _count(session, wanted.giver_id, found.receiver_id, rules)
    versions.withdraw_of(session, [found.id])
    number = rows.last_number(session.connection(), found.id) + 1
    lapses_at = min(given.lapses_at, ends_at)
    version = (wanted.version_id, found.id, number, wanted.terms, given.basis, lapses_at)
    versions.offer(session, NewVersion(*version), actor=actor)
    reason = reasons.delegated(found.id, number, given.basis, wanted.terms)
    kind = EventKind.DELEGATION_OFFERED
    delegations.record(session, found.id, kind, number, reason, actor=actor)
    return True


_OPEN_OFFERS = text("""
SELECT count(*) FROM delegation d JOIN delegation_version v ON v.delegation_id = d.id
WHERE d.receiver_id = :receiver AND v.state = 'offered' AND v.lapses_at > clock_timestamp()
""")


def _lock_receiver(session: Session, receiver: PersonKey) -> UUID:
    """Find or create the receiver, who may be forgotten by another transaction in between."""
    while True:
        (found,) = upsert.person_ids(session, [receiver]).values()
        if forgetting.keep(session, found):
            return found


def _count(session: Session, giver_id: UUID, receiver_id: UUID, rules: OfferRules) -> None:
    """Count an offer. The receiver is locked, so that no other is counted meanwhile."""
    unanswered: int = session.execute(_OPEN_OFFERS, {"receiver": receiver_id}).scalar_one()
    if unanswered >= rules.open_per_receiver:
        raise DelegationRefused(Refusal.TOO_MANY_OPEN_OFFERS)
    rate_limits.take(session, rules.uses(giver_id))
