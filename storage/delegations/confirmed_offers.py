"""Offer at once what a group has confirmed, to a receiver who asked for it."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor
from domain.delegations import reasons
from domain.delegations.offer_rules import OfferRules
from domain.delegations.terms import Terms
from storage.database import Session
from storage.delegations import giving, new_delegations, proposals, versions
from storage.delegations.giving import Giving
from storage.delegations.new_delegations import NewDelegation
from storage.delegations.proposals import JointBasis
from storage.delegations.versions import NewVersion


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a group has confirmed. The ids are the caller's: repeating one is an error."""

    id: UUID
    version_id: UUID
    account_id: UUID
    proposer_id: UUID
    receiver_id: UUID
    """Locked against being forgotten."""
    terms: Terms


def offer(
    session: Session, wanted: Confirmed, by: JointBasis, rules: OfferRules, *, actor: Actor
) -> None:
    """Offer a delegation that was checked and counted when it was proposed. Tells nobody.

    Given by who proposed it if they are of the group, else by its first member; never by the
    receiver. Its first day may have passed meanwhile. Raises DelegationRefused for every reason
    against it.
    """
    giver_id = proposals.giver_of(wanted.proposer_id, by.group, wanted.receiver_id)
    terms, people = wanted.terms, (wanted.receiver_id, giver_id)
    about = Giving(wanted.account_id, giver_id, terms, before=terms, jointly=True)
    given = giving.checked(session, about, rules)
    basis = proposals.jointly(given.basis, by)
    new = NewDelegation(wanted.id, wanted.account_id, *people, None, given.period)
    reason = reasons.delegated(new.id, 1, basis, terms)
    new_delegations.offer(session, new, reason, actor=actor)
    version = NewVersion(wanted.version_id, new.id, 1, terms, basis, given.lapses_at)
    versions.offer(session, version, actor=actor, told=False)
