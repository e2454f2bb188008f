"""Narrow or shorten a delegation: it counts at once, and clips what was passed on from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.audit import Actor
from domain.days import day_of
from domain.delegations import changes, checks
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from storage.audit import events
from storage.database import Session
from storage.delegations import carrying_out, clipping, dates, rows, support
from storage.delegations.clipping import InForce
from storage.delegations.ends import Ended
from storage.delegations.rows import StoredDelegation


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a narrowing did: the version that counts now, and what it clipped or ended below."""

    version_id: UUID
    clipped: Sequence[UUID]
    """Delegations passed on from it that gave more than it does now."""
    ended: Ended
    """Of which nothing was left."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """A delegation in force and what was passed on from it, all locked."""

    root: InForce
    children: Sequence[StoredDelegation]
    services: frozenset[UUID]
    """Of those that they or the new terms name, the active ones of the account."""


def narrow(
    session: Session, delegation_id: UUID, terms: Terms, rules: OfferRules, *, actor: Actor
) -> Narrowed | None:
    """Let narrower terms count at once; None: there is no such delegation. Repeatable.

    What was passed on is clipped to them, and ends where nothing is left of it; so are offers that
    would give more. An open offer of other terms is withdrawn: it would give back what this takes.

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
    kept = replace(terms, purpose=tree.root.version.terms.purpose if terms.needs_purpose else None)
    version_id = clipping.replace_terms(session, tree.root, kept, rules, actor=actor)
    clipped, ended = clipping.clip(session, tree.children, terms, rules, actor=actor)
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
    dates.catch_up(session, known)
    # Nothing is passed on any more; what was passed on meanwhile is there now.
    children = rows.children(connection, [delegation_id])
    stored = rows.lock(session, [delegation_id, *children])
    version = rows.in_force(connection, [delegation_id]).get(delegation_id)
    root = stored.pop(delegation_id)
    if version is None or root.state.is_final:
        raise DelegationRefused(Refusal.NOT_OPEN)
    return _Tree(InForce(root, version), list(stored.values()), services)


def _check(session: Session, tree: _Tree, terms: Terms, rules: OfferRules) -> None:
    before = tree.root.version.terms
    if changes.needs_acceptance(before, terms):
        raise DelegationRefused(Refusal.NOT_NARROWER)
    at = events.now(session)
    if at >= tree.root.delegation.ends_at:
        raise DelegationRefused(Refusal.NOT_OPEN)
    # A service that it named before, and that is gone since, harms nobody.
    today, services = day_of(at, rules.zone), tree.services | before.service_ids
    found = checks.of_terms(terms, services, today=today, before=before)
    # What it is for was said when it was given; what takes away needs no words.
    if refusals := [each for each in found if each is not Refusal.PURPOSE_MISSING]:
        raise DelegationRefused(*refusals)
