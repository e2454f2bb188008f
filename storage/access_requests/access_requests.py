"""Table ``access_request``: every statement that writes it, each with its event.

An event holds ids and the state. None but that of an approval names both an account and the
applicant: either would learn of the other from their history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access_requests.asking import AskedOf
from domain.access_requests.states import AccessRequestState as State
from domain.audit import Actor, EventKind
from domain.delegations.terms import Terms
from domain.identifiers import CompanyKey
from storage.access_requests.reach import ReachedAccount
from storage.access_requests.rows import StoredRequest
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session


@dataclass(frozen=True, slots=True)
class NewAccessRequest:
    """A request to insert."""

    id: UUID
    applicant_id: UUID
    asked_of: AskedOf
    terms: Terms
    message: str
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class LapsedRequest:
    """A request that nobody answered in time."""

    id: UUID
    applicant_id: UUID
    lapsed_at: datetime


# One statement, whether or not there is such an account: nothing takes longer where there is one.
_INSERT = text("""
INSERT INTO access_request (id, applicant_id, country, code, reference, owner_id, role, permissions,
    from_day, through_day, may_pass_on, message, state, created_at, lapses_at)
VALUES (:id, :applicant, :country, :code, :reference,
    (SELECT COALESCE(company_id, person_id) FROM account
     WHERE reference = :reference AND status = 'active'),
    :role, :permissions, :first, :last, :may_pass_on, :message, 'open', clock_timestamp(),
    :lapses_at)
""")
_CLOSE = text("""
UPDATE access_request SET state = :state, closed_at = clock_timestamp(), delegation_id = :delegation
WHERE id = :id
""")
_LAPSE = text("""
UPDATE access_request SET state = 'lapsed', closed_at = lapses_at
WHERE id IN (SELECT id FROM access_request
             WHERE id = ANY(:ids) AND state = 'open' AND lapses_at <= clock_timestamp()
             ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, applicant_id, lapses_at
""")
_TELL = text("""
UPDATE access_request SET told_at = clock_timestamp()
WHERE id IN (SELECT id FROM access_request
             WHERE id = ANY(:ids) AND state = 'open' AND told_at IS NULL
             ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id
""")


def insert(session: Session, new: NewAccessRequest, *, actor: Actor) -> None:
    """Insert an open request. Its applicant must be locked."""
    company = new.asked_of if isinstance(new.asked_of, CompanyKey) else None
    terms = new.terms
    row = {
        "id": new.id,
        "applicant": new.applicant_id,
        "country": company and company.country,
        "code": company and company.code,
        "reference": None if company else new.asked_of,
        "role": terms.role,
        "permissions": sorted(terms.permissions),
        "first": terms.from_day,
        "last": terms.through_day,
        "may_pass_on": terms.may_pass_on,
        "message": new.message,
        "lapses_at": new.lapses_at,
    }
    session.execute(_INSERT, row)
    event = _event(EventKind.ACCESS_REQUEST_CREATED, new.id, State.OPEN, new.applicant_id)
    events.append(session, [event], actor=actor)


def approve(
    session: Session,
    request: StoredRequest,
    account: ReachedAccount,
    delegation_id: UUID,
    *,
    actor: Actor,
) -> None:
    """Close a locked request with what it was answered with. Its applicant has access now."""
    _close(session, request.id, State.APPROVED, delegation_id)
    event = NewEvent(
        EventKind.ACCESS_REQUEST_APPROVED,
        subject_id=request.id,
        account_id=account.id,
        company_id=account.company_id,
        person_id=request.applicant_id,
        after={"state": State.APPROVED, "delegation": str(delegation_id)},
    )
    events.append(session, [event], actor=actor)


def decline(
    session: Session, request: StoredRequest, account: ReachedAccount, *, actor: Actor
) -> None:
    """Close a locked request without giving anything. Its event does not name the applicant."""
    _close(session, request.id, State.DECLINED)
    event = NewEvent(
        EventKind.ACCESS_REQUEST_DECLINED,
        subject_id=request.id,
        account_id=account.id,
        company_id=account.company_id,
        after={"state": State.DECLINED},
    )
    events.append(session, [event], actor=actor)


def withdraw(session: Session, request: StoredRequest, *, actor: Actor) -> None:
    """Close a locked request, as its applicant wishes."""
    _close(session, request.id, State.WITHDRAWN)
    kind = EventKind.ACCESS_REQUEST_WITHDRAWN
    event = _event(kind, request.id, State.WITHDRAWN, request.applicant_id)
    events.append(session, [event], actor=actor)


def lapse(session: Session, ids: Iterable[UUID], *, actor: Actor) -> Sequence[LapsedRequest]:
    """Close those of these that nobody answered in time; returns them. Whoever else does, first."""
    lapsed = [LapsedRequest(*row) for row in session.execute(_LAPSE, {"ids": list(ids)})]
    kind = EventKind.ACCESS_REQUEST_LAPSED
    told = [
        NewEvent(
            kind,
            subject_id=each.id,
            person_id=each.applicant_id,
            after={"state": State.LAPSED, "happened_at": each.lapsed_at.isoformat()},
        )
        for each in lapsed
    ]
    events.append(session, told, actor=actor)
    return lapsed


def mark_told(session: Session, ids: Iterable[UUID]) -> Sequence[UUID]:
    """Mark those of these that nobody was told of yet; returns them."""
    return session.execute(_TELL, {"ids": list(ids)}).scalars().all()


def _close(session: Session, id_: UUID, state: State, delegation_id: UUID | None = None) -> None:
    session.execute(_CLOSE, {"id": id_, "state": state, "delegation": delegation_id})


def _event(kind: EventKind, id_: UUID, state: State, applicant_id: UUID) -> NewEvent:
    return NewEvent(kind, subject_id=id_, person_id=applicant_id, after={"state": state})
