"""Offer delegations: new ones, and versions of those in force that give more or last longer."""

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.offer_rules import OfferRules
from storage.database import Session
from storage.delegations import delegations, new_delegations, offering, versions
from storage.delegations.offering import Offer, Renewal


def offer(
    session: Session, wanted: Offer, rules: OfferRules, *, actor: Actor, told: bool = True
) -> None:
    """Offer a delegation to a person, who may have been unknown until now.

    ``told``: whether the receiver gets a notice.

    Raises:
        DelegationRefused: for every reason against it. None tells whether the receiver is known.
        LimitReached: the giver has offered too much lately.
    """
    new, version = offering.checked_offer(session, wanted, rules)
    reason = reasons.delegated(new.id, 1, version.basis, wanted.terms)
    new_delegations.offer(session, new, reason, actor=actor)
    versions.offer(session, version, actor=actor, told=told)


def renew(session: Session, wanted: Renewal, rules: OfferRules, *, actor: Actor) -> bool:
    """Offer new terms of a delegation in force; returns False where there is no such delegation.

    What was passed on is renewed by who passed it on, anything else in the owner's name. An open
    offer or proposal of other terms is withdrawn. It can be accepted while the delegation lasts,
    whether or not a worker has told that its days are over. Raises as ``offer`` does.
    """
    version = offering.checked_renewal(session, wanted, rules)
    if version is None:
        return False
    versions.withdraw_of(session, [version.delegation_id])
    versions.offer(session, version, actor=actor)
    kind, about = EventKind.DELEGATION_OFFERED, (version.delegation_id, version.number)
    reason = reasons.delegated(*about, version.basis, wanted.terms)
    delegations.record(session, about[0], kind, about[1], reason, actor=actor)
    return True
