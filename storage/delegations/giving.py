"""Check whether somebody may give these terms, with everything locked that they rest on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.days import day_of
from domain.delegations import checks
from domain.delegations.basis import Basis, BasisKind, Ground, supports
from domain.delegations.checks import Parent
from domain.delegations.offer_rules import OfferRules
from domain.delegations.periods import Period
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from storage.audit import events
from storage.database import Session
from storage.delegations import rows, support


@dataclass(frozen=True, slots=True)
class Giving:
    """What somebody wants to give, on which account."""

    account_id: UUID
    giver_id: UUID
    terms: Terms
    parent_id: UUID | None = None
    """The delegation to pass on; None: in the owner's name if the giver can, else passed on."""
    before: Terms | None = None
    """Terms in force, which these are to replace."""
    jointly: bool = False
    """True: a group that the giver belongs to has confirmed it, or is to."""


@dataclass(frozen=True, slots=True)
class Given:
    """What may be given: on what basis, from when to when, and how long it can be accepted."""

    basis: Basis
    period: Period
    lapses_at: datetime


def checked(session: Session, giving: Giving, rules: OfferRules) -> Given:
    """Lock what this rests on, and check it. Raises DelegationRefused for every reason against it.

    Who may not give at all is not told what else is wrong: that would tell about the account.
    """
    terms = giving.terms
    services = support.lock_services(session, giving.account_id, terms.service_ids)
    account = support.lock_account(session, giving.account_id)
    owner_id = account.owner_id if account else None
    ground = _locked_ground(session, giving, owner_id)
    at = events.now(session)
    today = day_of(at, rules.zone)
    refusals = [
        *([] if account and account.active else [Refusal.ACCOUNT_NOT_ACTIVE]),
        *([Refusal.DELEGATIONS_SUSPENDED] if account and account.suspended else []),
        *checks.of_terms(terms, services, today=today, before=giving.before),
        *beyond_parent(session, ground, terms),
    ]
    if refusals:
        raise DelegationRefused(*refusals)
    period = Period.of(terms.from_day, terms.through_day, rules.zone)
    basis = Basis.of(ground, giving.giver_id, today)
    return Given(basis, period, rules.lapses_at(at, period.ends_at))


def _locked_ground(session: Session, giving: Giving, owner_id: UUID | None) -> Ground:
    giver = (giving.account_id, giving.giver_id, owner_id, giving.parent_id)
    ground = support.lock_ground(session, *giver)
    if isinstance(ground, Refusal):
        raise DelegationRefused(ground)
    if not giving.jointly and ground.kind is BasisKind.JOINT:
        raise DelegationRefused(Refusal.NEEDS_JOINT_APPROVAL)
    if not giving.jointly:
        return ground
    for each in support.lock_grounds(session, *giver):
        if supports(each.kind, BasisKind.JOINT):
            return each
    raise DelegationRefused(Refusal.NOT_ALLOWED_TO_GIVE)


def beyond_parent(session: Session, ground: Ground, terms: Terms) -> tuple[Refusal, ...]:
    """Return why terms cannot be passed on; empty: they can, or are given in the owner's name."""
    parent = _parent(session, ground)
    return checks.of_passing_on(terms, Parent(parent)) if parent else ()


def not_included(session: Session, ground: Ground, terms: Terms) -> tuple[Refusal, ...]:
    """Return why the giver has not all that terms give; empty: they have, or give as the owner."""
    parent = _parent(session, ground)
    return tuple(checks.beyond(terms, parent)) if parent else ()


def _parent(session: Session, ground: Ground) -> Terms | None:
    """Return the terms of what is passed on; None: it is given in the owner's name."""
    delegation_id = ground.grant.delegation_id
    if ground.kind is not BasisKind.DELEGATION or delegation_id is None:
        return None
    return rows.in_force(session.connection(), [delegation_id])[delegation_id].terms
