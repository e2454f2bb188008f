"""Narrow or shorten a delegation: it counts at once, and clips what was passed on from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from domain.audit import Actor, EventKind
from domain.days import day_of
from domain.delegations import changes, checks
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import DelegationEnd
from domain.delegations.terms import Terms
from storage.audit import events
from storage.database import Session
from storage.delegations import carrying_out, ends, rows, support, versions
from storage.delegations.ends import Ended
from storage.delegations.rows import StoredDelegation, StoredVersion
from storage.delegations.versions import NewVersion


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a narrowing did: the version that counts now, and what it clipped or ended below."""

    version_id: UUID
    clipped: Sequence[UUID]
    """Delegations passed on from it that gave more than it does now."""
    ended: Ended
    """Of which nothing was left."""


@dataclass(frozen=True, slots=True)
class _InForce:
    """A delegation, locked, and the version of it that counts."""

    delegation: StoredDelegation
    version: StoredVersion


@dataclass(frozen=True, slots=True)
class _Tree:
    """A delegation in force and what was passed on from it, all locked."""

    root: _InForce
    children: Sequence[StoredDelegation]
    services: frozenset[UUID]
    """Of those that they or the new terms name, the active ones of the account."""


def narrow(
    session: Session, delegation_id: UUID, terms: Terms, rules: OfferRules, *, actor: Actor
) -> Narrowed | None:
    """Let narrower terms count at once; None: there is no such delegation. Repeatable.

    What was passed on is clipped to them, and ends where nothing is left of it; so are offers that
    would give more.

    Raises:
        DelegationRefused: ``not_open`` where it is not in force, ``not_narrower`` where the terms
            give anything more, and whatever makes terms invalid.
    """
    tree = _locked(session, delegation_id, terms)
    if tree is None:
        return None
    _check(session, tree, terms, rules)
    if terms == tree.root.version.terms:
        return Narrowed(tree.root.version.id, (), Ended())
    version_id = _replace(session, tree.root, terms, rules, actor)
    clipped, over = _clip(session, tree.children, terms, rules, actor)
    ended = ends.end(session, over, DelegationEnd.PARENT_ENDED, actor=actor)
    return Narrowed(version_id, clipped, ended)


def _locked(session: Session, delegation_id: UUID, wanted: Terms) -> _Tree | None:
    connection = session.connection()
    found = rows.read(connection, delegation_id)
    if found is None:
        return None
    known = [delegation_id, *rows.children(connection, [delegation_id])]
    about = [each.terms.service_ids for each in rows.in_force(connection, known).values()]
    named = wanted.service_ids.union(*about)
    services = support.lock_services(session, found.account_id, named)
    support.lock_account(session, found.account_id)
    carrying_out.lock(session, known)
    # Nothing is passed on any more; what was passed on meanwhile is there now.
    children = rows.children(connection, [delegation_id])
    stored = rows.lock(session, [delegation_id, *children])
    version = rows.in_force(connection, [delegation_id]).get(delegation_id)
    root = stored.pop(delegation_id)
    if version is None or root.state.is_final:
        raise DelegationRefused(Refusal.NOT_OPEN)
    return _Tree(_InForce(root, version), list(stored.values()), services)


def _check(session: Session, tree: _Tree, terms: Terms, rules: OfferRules) -> None:
    before = tree.root.version.terms
    if changes.needs_acceptance(before, terms):
        raise DelegationRefused(Refusal.NOT_NARROWER)
    at = events.now(session)
    if at >= tree.root.delegation.ends_at:
        raise DelegationRefused(Refusal.NOT_OPEN)
    # A service that it named before, and that is gone since, harms nobody.
    today, services = day_of(at, rules.zone), tree.services | before.service_ids
    if refusals := checks.of_terms(terms, services, today=today, before=before):
        raise DelegationRefused(*refusals)


def _clip(
    session: Session,
    children: Sequence[StoredDelegation],
    parent: Terms,
    rules: OfferRules,
    actor: Actor,
) -> tuple[list[UUID], list[UUID]]:
    """Narrow children to their parent's terms; returns those clipped, and those to be ended."""
    ids = [child.id for child in children]
    accepted = rows.in_force(session.connection(), ids)
    offered = rows.on_offer(session.connection(), ids)
    clipped, over = list[UUID](), list[UUID]()
    for child in children:
        version = accepted.get(child.id)
        terms = (version or offered[child.id]).terms
        left = changes.clipped(terms, parent)
        if left == terms:
            continue
        if left is None or version is None:
            over.append(child.id)
            continue
        _replace(session, _InForce(child, version), left, rules, actor)
        clipped.append(child.id)
    return clipped, over


def _replace(
    session: Session, given: _InForce, terms: Terms, rules: OfferRules, actor: Actor
) -> UUID:
    number = rows.last_number(session.connection(), given.delegation.id) + 1
    # It was accepted already, as part of what it takes the place of: nothing lapses.
    never = given.delegation.ends_at
    about = (uuid4(), given.delegation.id, number, terms, given.version.basis, never)
    versions.replace(session, NewVersion(*about))
    narrowed = replace(given.version, id=about[0], number=number, terms=terms)
    kind = EventKind.DELEGATION_CHANGED
    carrying_out.put_in_force(session, given.delegation, narrowed, rules.zone, kind, actor=actor)
    return narrowed.id
