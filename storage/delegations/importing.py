"""Import delegations of the operator's systems: in force at once, without an acceptance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from domain.audit import Actor
from domain.delegations import changes, imported, reasons
from domain.delegations.basis import Basis, BasisKind
from domain.delegations.due_dates import Dates
from domain.delegations.imported import ImportedDelegation
from domain.delegations.offer_rules import OfferRules
from domain.delegations.periods import Period
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.states import DelegationState, VersionState
from domain.delegations.terms import Terms
from domain.identity import NamedBy
from storage.access import grants
from storage.access.grants import GrantChange
from storage.database import Session
from storage.delegations import (
    carrying_out,
    clipping,
    import_locks,
    new_delegations,
    rows,
    suspensions,
    versions,
)
from storage.delegations.clipping import InForce
from storage.delegations.import_locks import Locked
from storage.delegations.rows import StoredDelegation, StoredVersion
from storage.delegations.versions import NewVersion
from storage.parties import forgetting, names, people


@dataclass(slots=True)
class Import:
    """Result of an import. Records that changed nothing are in no list."""

    created: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    ended: list[GrantChange] = field(default_factory=list)
    """Grants of which less is left, and those passed on that ended with it."""
    refused: dict[UUID, Sequence[Refusal]] = field(default_factory=dict)
    """Records that are not stored."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record, and the terms that it has here."""

    record: ImportedDelegation
    terms: Terms


@dataclass(frozen=True, slots=True)
class _By:
    """The transaction in which records are stored, by what rules, and by whom."""

    session: Session
    locked: Locked
    rules: OfferRules
    actor: Actor


def import_delegations(
    session: Session, records: Sequence[ImportedDelegation], rules: OfferRules, *, actor: Actor
) -> Import:
    """Create or change these delegations, each id once; those that are refused stay as they are.

    Idempotent. Access begins now at the earliest. Other terms than before are a new version, and
    clip what was passed on. The receivers are told.
    """
    known = people.ids_of(session.connection(), [record.receiver for record in records])
    locked = import_locks.lock(session, records, rules)
    by, done, new = _By(session, locked, rules, actor), Import(), list[_Asked]()
    for record in sorted(records, key=lambda each: each.id):
        put = locked.imported.get(record.id)
        before = put.terms if put else None
        terms = imported.terms(record, before, today=locked.today, years=rules.imported_years)
        asked = _Asked(record, terms)
        if refusals := _refusals(asked, locked):
            done.refused[record.id] = refusals
        elif before is None:
            new.append(asked)
        elif terms != before:
            done.ended.extend(_change(by, record.id, terms))
            done.changed.append(record.id)
    _create(by, new)
    done.created.extend(each.record.id for each in new)
    named = {
        locked.receivers[record.receiver]: record.receiver_name
        for record in records
        if record.receiver_name and record.id not in done.refused
    }
    names.name_unregistered(session, named, NamedBy.OPERATOR)
    strangers = {r.receiver for r in records if r.id in done.refused} - known.keys()
    forgetting.forget_unused(session, [locked.receivers[each] for each in strangers])
    return done


def _refusals(asked: _Asked, locked: Locked) -> Sequence[Refusal]:
    record, receiver_id = asked.record, locked.receivers[asked.record.receiver]
    if (stored := locked.stored.get(record.id)) is not None:
        if (stored.account_id, stored.receiver_id) != (record.account_id, receiver_id):
            return [Refusal.ANOTHER_DELEGATION]
        if record.id not in locked.imported:
            return [Refusal.GIVEN_BY_A_PERSON]
        if stored.state.is_final or record.id in locked.over:
            return [Refusal.ENDED_STAYS_ENDED]
        if asked.terms == locked.imported[record.id].terms:
            return []
    return _refusals_of_terms(asked, receiver_id, locked)


def _refusals_of_terms(asked: _Asked, receiver_id: UUID, locked: Locked) -> Sequence[Refusal]:
    record, account = asked.record, locked.accounts.get(asked.record.account_id)
    if account is None or not account.active:
        return [Refusal.ACCOUNT_NOT_ACTIVE]
    if account.owner_id == receiver_id:
        return [Refusal.TO_YOURSELF]
    services = locked.services_of(record.account_id)
    return imported.refusals(asked.terms, locked.known(record.id), services, today=locked.today)


def _create(by: _By, new: Sequence[_Asked]) -> None:
    basis, zone = Basis(BasisKind.IMPORTED, by.locked.today), by.rules.zone
    made, first, starting = {}, [], []
    for each in new:
        record, terms = each.record, each.terms
        period = Period.of(terms.from_day, terms.through_day, zone)
        receiver_id = by.locked.receivers[record.receiver]
        reason = reasons.delegated(record.id, 1, basis, terms)
        due = Dates(period.starts_at, period.ends_at, terms.through_day).moments(zone)
        whose = (record.account_id, receiver_id)
        made[record.id] = new_delegations.Imported(*whose, period, due, reason)
        # It is accepted already: nothing lapses.
        version = NewVersion(uuid4(), record.id, 1, terms, basis, period.ends_at, imported=True)
        first.append(version)
        stored = _as_stored(record, receiver_id, period), _as_version(version)
        starting += carrying_out.startings(*stored, zone, terms.scopes)
    new_delegations.bring_in(by.session, made, actor=by.actor)
    versions.bring_in(by.session, first, actor=by.actor)
    grants.start(by.session, starting, actor=by.actor)
    if any(by.locked.accounts[each.account_id].suspended for each in made.values()):
        suspensions.suspended_already(by.session, list(made), actor=by.actor)


def _as_stored(record: ImportedDelegation, receiver_id: UUID, period: Period) -> StoredDelegation:
    return StoredDelegation(
        record.id,
        record.account_id,
        receiver_id,
        giver_id=None,
        parent_id=None,
        state=DelegationState.ACTIVE,
        version=1,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        accepted_at=None,
    )


def _as_version(new: NewVersion) -> StoredVersion:
    about = (new.id, new.delegation_id, new.number, new.terms, new.basis)
    return StoredVersion(*about, VersionState.ACCEPTED, lapsed=False, was_shown=True)


def _change(by: _By, id_: UUID, terms: Terms) -> Sequence[GrantChange]:
    """Let other terms count; returns the grants of which less is left."""
    session, rules, actor = by.session, by.rules, by.actor
    given = InForce(by.locked.stored[id_], by.locked.in_force[id_])
    number = rows.last_number(session.connection(), id_) + 1
    replaced = carrying_out.end(session, {id_: reasons.changed(id_, number)}, actor=actor)
    clipping.replace_terms(session, given, terms, rules, actor=actor, imported=True)
    children = [each for each in by.locked.stored.values() if each.parent_id == id_]
    _, ended = clipping.clip(session, children, terms, rules, actor=actor)
    # What gives no less takes the place of its grants, and ends nobody's access.
    less = changes.needs_acceptance(terms, given.version.terms)
    return [*(replaced if less else ()), *ended.grants]
