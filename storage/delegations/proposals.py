"""Proposals: what somebody wants to give who gives only together with others.

It is checked as an offer is, when it is proposed and again when it is offered. Until then its
receiver is told nothing. Who has to confirm it, and until when, is the approval's to know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.basis import Basis, BasisKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import VersionState
from domain.reasons import Reason
from storage.database import Connection, Session
from storage.delegations import (
    answers,
    delegations,
    giving,
    new_delegations,
    offering,
    rows,
    versions,
)
from storage.delegations.giving import Given, Giving
from storage.delegations.offering import Offer, Renewal
from storage.delegations.rows import StoredDelegation, StoredVersion


@dataclass(frozen=True, slots=True)
class JointBasis:
    """The authority of a group that has confirmed a proposal."""

    register_state: UUID
    as_of: datetime
    approval_id: UUID
    group: Sequence[UUID]
    """Its members, as persons; at least one."""


_PROPOSED = text("""
SELECT id FROM delegation_version WHERE id = ANY(:ids) AND state = 'proposed'
""")


def propose(
    session: Session, wanted: Offer, rules: OfferRules, *, lapses_at: datetime, actor: Actor
) -> datetime:
    """Propose a delegation to those who give together with ``wanted.giver_id``. Never passes on.

    Returns from when on it cannot be confirmed: ``lapses_at``, or when its days are over.

    Raises:
        DelegationRefused: for every reason against it, as an offer.
        LimitReached: the giver has offered or proposed too much lately.
    """
    if wanted.parent_id is not None:
        raise DelegationRefused(Refusal.NOT_ALLOWED_TO_GIVE)
    new, version = offering.checked_offer(session, wanted, rules, until=lapses_at)
    reason = reasons.delegated(new.id, 1, version.basis, wanted.terms)
    new_delegations.propose(session, new, reason, actor=actor)
    versions.propose(session, version)
    return version.lapses_at


def propose_renewal(
    session: Session, wanted: Renewal, rules: OfferRules, *, lapses_at: datetime, actor: Actor
) -> datetime | None:
    """Propose new terms of a delegation in force; None: there is no such delegation.

    An open offer or proposal of other terms is withdrawn. Returns and raises as ``propose``.
    """
    version = offering.checked_renewal(session, wanted, rules, until=lapses_at)
    if version is None:
        return None
    versions.withdraw_of(session, [version.delegation_id])
    versions.propose(session, version)
    kind, about = EventKind.DELEGATION_PROPOSED, (version.delegation_id, version.number)
    reason = reasons.delegated(*about, version.basis, wanted.terms)
    delegations.record(session, about[0], kind, about[1], reason, actor=actor)
    return version.lapses_at


def offer_proposed(
    session: Session, version_id: UUID, by: JointBasis, rules: OfferRules, *, actor: Actor
) -> None:
    """Offer what a group has confirmed: its receiver is told, and has the time of any offer.

    It is given by who proposed it if they are of the group, else by its first member; never by the
    receiver. Raises DelegationRefused for every reason against it, ``not_open`` where it lapsed or
    came to nothing.
    """
    found, version = _read(session, version_id)
    receiver_id = offering.keep_receiver(session, found)
    giver_id = giver_of(version.basis.giver_id, by.group, receiver_id)
    about = Giving(found.account_id, giver_id, version.terms, before=version.terms, jointly=True)
    given = giving.checked(session, about, rules)
    lapses_at = _lock_proposed(session, version, given)
    offering.require_room(session, receiver_id, rules)
    basis = jointly(given.basis, by)
    versions.offer_proposed(session, version, basis, lapses_at, actor=actor)
    reason = reasons.delegated(found.id, version.number, basis, version.terms)
    if found.accepted_at is None:
        new_delegations.offer_proposed(session, found.id, giver_id, reason, actor=actor)
    else:
        kind = EventKind.DELEGATION_OFFERED
        delegations.record(session, found.id, kind, version.number, reason, actor=actor)


def _read(session: Session, version_id: UUID) -> tuple[StoredDelegation, StoredVersion]:
    version = rows.version(session.connection(), version_id)
    found = rows.read(session.connection(), version.delegation_id) if version else None
    if version is None or found is None:
        raise DelegationRefused(Refusal.NOT_OPEN)
    return found, version


def jointly(basis: Basis, by: JointBasis) -> Basis:
    """Say that a group has confirmed it, and by which state of the register."""
    return replace(
        basis,
        kind=BasisKind.JOINT,
        register_state=by.register_state,
        as_of=by.as_of,
        approval_id=by.approval_id,
        confirmed_by=tuple(by.group),
    )


def giver_of(proposer_id: UUID | None, group: Sequence[UUID], receiver_id: UUID) -> UUID:
    """Return the member of a group in whose name it gives; raises DelegationRefused for none."""
    members = [member for member in group if member != receiver_id]
    if not members:
        raise DelegationRefused(Refusal.TO_YOURSELF)
    return proposer_id if proposer_id in members else members[0]


def _lock_proposed(session: Session, version: StoredVersion, given: Given) -> datetime:
    """Lock a proposal that is open, and return from when on it cannot be accepted."""
    locked = rows.lock(session, [version.delegation_id])[version.delegation_id]
    now = rows.version(session.connection(), version.id) or version
    if now.state is not VersionState.PROPOSED or now.lapsed or locked.state.is_final:
        raise DelegationRefused(Refusal.NOT_OPEN)
    if locked.accepted_at is None:
        return given.lapses_at
    return min(given.lapses_at, offering.lock_in_force(session, version.delegation_id))


def drop(
    session: Session, version_id: UUID, state: VersionState, why: Reason, *, actor: Actor
) -> bool:
    """Close a proposal as withdrawn or lapsed; False: none of that id is open. Tells nobody.

    Its receiver is forgotten, as of an offer that was not accepted.
    """
    version = rows.version(session.connection(), version_id)
    if version is None:
        return False
    rows.lock(session, [version.delegation_id])
    if not versions.drop(session, version_id, state):
        return False
    answers.follow(session, version, state, why, actor=actor)
    return True


def open_among(connection: Connection, version_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of these versions that are still proposed: neither offered nor dropped."""
    return frozenset(connection.execute(_PROPOSED, {"ids": list(version_ids)}).scalars())
