"""Accept an offered delegation: the receiver's word starts the grants."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.delegations.basis import supports
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import DelegationState, VersionState
from storage.database import Session
from storage.delegations import carrying_out, clipping, dates, giving, rows, support, versions
from storage.delegations.rows import StoredDelegation, StoredVersion


def accept(
    session: Session,
    version_id: UUID,
    receiver_id: UUID,
    rules: OfferRules,
    *,
    actor: Actor,
    told: bool = True,
) -> bool:
    """Accept a version; returns False where nothing of that id was offered to this person.

    What it rests on is checked again. What was passed on is clipped to the new terms, and ends
    where nothing is left of it. Accepting again changes nothing. ``told``: whether the giver gets
    a notice.

    Raises:
        DelegationRefused: ``not_open`` where it was closed or has lapsed, ``basis_ended`` where the
            giver could not give it any more, ``service_of_another_account`` where no service is
            left, ``account_not_active``, ``delegations_suspended``, ``receiver_frozen``.
    """
    offered = rows.offered_to(session.connection(), receiver_id, version_id)
    if offered is None:
        return False
    basis_refusal = _locked_basis(session, *offered)
    delegation, children = _locked(session, offered[0].id)
    version = rows.version(session.connection(), version_id) or offered[1]
    if version.state is VersionState.ACCEPTED and not delegation.state.is_final:
        return True
    if version.state is not VersionState.OFFERED or version.lapsed:
        raise DelegationRefused(Refusal.NOT_OPEN)
    if support.is_suspended(session, receiver_id):
        raise DelegationRefused(Refusal.RECEIVER_FROZEN)
    if basis_refusal is not None:
        raise DelegationRefused(basis_refusal)
    versions.accept(session, version.id, delegation.id, actor=actor, told=told)
    first = delegation.state is DelegationState.AWAITING_ACCEPTANCE
    kind = EventKind.DELEGATION_ACCEPTED if first else EventKind.DELEGATION_CHANGED
    carrying_out.put_in_force(session, delegation, version, rules.zone, kind, actor=actor)
    # New terms may also give less than the old ones did.
    clipping.clip(session, children, version.terms, rules, actor=actor)
    return True


def _locked(
    session: Session, delegation_id: UUID
) -> tuple[StoredDelegation, Sequence[StoredDelegation]]:
    """Lock a delegation and what was passed on from it, their grants first."""
    connection = session.connection()
    carrying_out.lock(session, [delegation_id, *rows.children(connection, [delegation_id])])
    dates.catch_up(session, [delegation_id, *rows.children(connection, [delegation_id])])
    # Nothing is passed on any more; what was passed on meanwhile is there now.
    stored = rows.lock(session, [delegation_id, *rows.children(connection, [delegation_id])])
    return stored.pop(delegation_id), list(stored.values())


def _locked_basis(
    session: Session, found: StoredDelegation, version: StoredVersion
) -> Refusal | None:
    """Lock what the offer rests on, and return why it cannot be accepted; None: it can."""
    terms, basis = version.terms, version.basis
    connection = session.connection()
    below = rows.in_force(connection, rows.children(connection, [found.id])).values()
    named = terms.service_ids.union(*(child.terms.service_ids for child in below))
    services = support.lock_services(session, found.account_id, named)
    account = support.lock_account(session, found.account_id)
    if account is None or not account.active:
        return Refusal.ACCOUNT_NOT_ACTIVE
    if account.suspended:
        return Refusal.DELEGATIONS_SUSPENDED
    if terms.service_ids and not terms.service_ids & services:
        return Refusal.SERVICE_OF_ANOTHER_ACCOUNT
    if basis.giver_id is None:
        return None
    giver = (found.account_id, basis.giver_id, account.owner_id)
    grounds = support.lock_grounds(session, *giver, basis.parent_id)
    standing = [ground for ground in grounds if supports(ground.kind, basis.kind)]
    if not standing or giving.beyond_parent(session, standing[0], terms):
        return Refusal.BASIS_ENDED
    return None
