"""Read an access request, and lock it before a change.

Locks: the applicant first, then their request, then what a delegation locks (see
``storage.delegations.rows``). An erasure, which locks the person, is waited for, or waits.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Permission
from domain.access_requests.states import AccessRequestState
from domain.delegations.terms import Terms
from storage.database import Connection, Session
from storage.parties import forgetting

_APPLICANT = text("SELECT applicant_id FROM access_request WHERE id = :id")
_LOCK = text("""
SELECT state, lapses_at, lapses_at <= clock_timestamp(), delegation_id, role, permissions, from_day,
       through_day, may_pass_on
FROM access_request WHERE id = :id FOR NO KEY UPDATE
""")


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as it is stored."""

    id: UUID
    applicant_id: UUID
    state: AccessRequestState
    lapses_at: datetime
    is_late: bool
    """True: its time to be answered is over."""
    delegation_id: UUID | None
    asked: Terms

    @property
    def is_open(self) -> bool:
        """Return whether it can be answered or withdrawn."""
        return self.state is AccessRequestState.OPEN and not self.is_late


def applicant_of(connection: Connection, request_id: UUID) -> UUID | None:
    """Return who made a request; None: there is none with this id."""
    found: UUID | None = connection.execute(_APPLICANT, {"id": request_id}).scalar_one_or_none()
    return found


def lock(session: Session, request_id: UUID) -> StoredRequest | None:
    """Lock a request and its applicant until the commit; None: there is none, or none any more."""
    applicant_id = applicant_of(session.connection(), request_id)
    if applicant_id is None or not forgetting.keep(session, applicant_id):
        return None
    row = session.execute(_LOCK, {"id": request_id}).one_or_none()
    if row is None:
        return None
    state, lapses_at, is_late, delegation_id, role, permissions, first, last, may_pass_on = row
    given = frozenset(map(Permission, permissions))
    asked = Terms(role, given, frozenset(), first, last, may_pass_on)
    stored = (AccessRequestState(state), lapses_at, is_late, delegation_id, asked)
    return StoredRequest(request_id, applicant_id, *stored)
