"""Start and end the grants that carry out a delegation's terms."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.access.grants import Origin
from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.basis import BasisKind
from domain.delegations.due_dates import Dates
from domain.delegations.periods import Period
from domain.delegations.states import VersionState
from domain.delegations.terms import Terms
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending, GrantChange, Starting
from storage.database import Session
from storage.delegations import delegations, support
from storage.delegations.delegations import CurrentVersion
from storage.delegations.rows import StoredDelegation, StoredVersion

_LASTING = """
SELECT id, delegation_id FROM access_grant
WHERE delegation_id = ANY(:ids) AND NOT isempty(validity) AND ended_reason IS NULL
  AND (upper_inf(validity) OR upper(validity) > clock_timestamp())
ORDER BY id
"""
_READ = text(_LASTING)
_LOCK = text(f"{_LASTING} FOR NO KEY UPDATE")


def put_in_force(
    session: Session,
    delegation: StoredDelegation,
    version: StoredVersion,
    zone: ZoneInfo,
    kind: EventKind,
    *,
    actor: Actor,
) -> None:
    """Let a version count: end the grants of the one before, and start its own.

    A grant for each service of the terms, or one for the account; a service that ended or moved
    away since gets none. Services, account and delegation must be locked.
    """
    terms = version.terms
    replaced = reasons.changed(delegation.id, version.number)
    end(session, {delegation.id: replaced}, actor=actor)
    period = Period.of(terms.from_day, terms.through_day, zone)
    reason = reasons.delegated(delegation.id, version.number, version.basis, terms)
    due = Dates(period.starts_at, period.ends_at, terms.through_day).moments(zone)
    given_anew = version.state is VersionState.OFFERED
    current = CurrentVersion(delegation.id, version.number, period, due, reason, given_anew)
    delegations.put_in_force(session, current, kind, actor=actor)
    services = _services(session, delegation.account_id, terms)
    starting = startings(delegation, version, zone, services)
    grants.start(session, starting, actor=actor)


def _services(session: Session, account_id: UUID, terms: Terms) -> list[UUID | None]:
    """The services that get a grant; None for the whole account."""
    if not terms.service_ids:
        return [None]
    return [*sorted(support.lock_services(session, account_id, terms.service_ids))]


def startings(
    delegation: StoredDelegation,
    version: StoredVersion,
    zone: ZoneInfo,
    services: Iterable[UUID | None],
) -> list[Starting]:
    """Return the grants that carry out a version on these services; None: the whole account."""
    terms = version.terms
    period = Period.of(terms.from_day, terms.through_day, zone)
    reason = reasons.delegated(delegation.id, version.number, version.basis, terms)
    return [_starting(delegation, version, period, reason, each) for each in services]


def _starting(
    delegation: StoredDelegation,
    version: StoredVersion,
    period: Period,
    reason: Reason,
    service_id: UUID | None,
) -> Starting:
    terms, basis = version.terms, version.basis
    return Starting(
        delegation.accepted_by,
        delegation.account_id,
        terms.role,
        Origin.DELEGATION,
        reason.as_json(),
        proof=version.id,
        service_id=service_id,
        since=period.starts_at,
        until=period.ends_at,
        delegation_id=delegation.id,
        permissions=terms.permissions,
        passed_on_by=basis.giver_id if basis.kind is BasisKind.DELEGATION else None,
    )


def end(session: Session, why: Mapping[UUID, Reason], *, actor: Actor) -> Sequence[GrantChange]:
    """End the grants of these delegations, each with its reason; returns those that ended."""
    lasting = session.execute(_READ, {"ids": list(why)}).all()
    endings = [Ending(row.id, why[row.delegation_id].as_json()) for row in lasting]
    return grants.end(session, endings, actor=actor)


def lock(session: Session, delegation_ids: Iterable[UUID]) -> None:
    """Lock the grants of these delegations: nothing rests on them anew before the commit."""
    asked, locked = {"ids": list(delegation_ids)}, set[UUID]()
    # What took the place of those that were waited for is found by the next round.
    while not (found := {row.id for row in session.execute(_LOCK, asked)}) <= locked:
        locked |= found
