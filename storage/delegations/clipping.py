"""Clip what was passed on to what it was passed on from, once that has other terms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from domain.audit import Actor, EventKind
from domain.delegations import changes
from domain.delegations.offer_rules import OfferRules
from domain.delegations.states import DelegationEnd
from domain.delegations.terms import Terms
from storage.database import Session
from storage.delegations import answers, carrying_out, ends, rows, versions
from storage.delegations.ends import Ended
from storage.delegations.rows import StoredDelegation, StoredVersion
from storage.delegations.versions import NewVersion


@dataclass(frozen=True, slots=True)
class InForce:
    """A delegation, locked, and the version of it that counts."""

    delegation: StoredDelegation
    version: StoredVersion


def clip(
    session: Session,
    children: Sequence[StoredDelegation],
    parent: Terms,
    rules: OfferRules,
    *,
    actor: Actor,
) -> tuple[Sequence[UUID], Ended]:
    """Narrow delegations to their parent's terms; returns those clipped, and those that ended.

    One of which nothing is left ends; so does an offer that would give more than its parent. All
    must be locked, with their grants and services.
    """
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
        replace_terms(session, InForce(child, version), left, rules, actor=actor)
        clipped.append(child.id)
    return clipped, ends.end(session, over, DelegationEnd.PARENT_ENDED, actor=actor)


def replace_terms(
    session: Session,
    given: InForce,
    terms: Terms,
    rules: OfferRules,
    *,
    actor: Actor,
    imported: bool = False,
) -> UUID:
    """Let narrower terms count, or others that are imported; return the id of their version.

    An open offer or proposal of other terms is withdrawn: accepted later, it would give back what
    is taken.
    """
    for version in rows.proposed_or_on_offer(session.connection(), [given.delegation.id]).values():
        answers.withdraw(session, version.id, actor=actor)
    number = rows.last_number(session.connection(), given.delegation.id) + 1
    # It was accepted already, as part of what it takes the place of: nothing lapses.
    never = given.delegation.ends_at
    about = (uuid4(), given.delegation.id, number, terms, given.version.basis, never)
    versions.replace(session, NewVersion(*about, imported), actor=actor)
    narrowed = replace(given.version, id=about[0], number=number, terms=terms)
    kind = EventKind.DELEGATION_CHANGED
    carrying_out.put_in_force(session, given.delegation, narrowed, rules.zone, kind, actor=actor)
    return narrowed.id
