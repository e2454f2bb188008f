"""Read and lock approvals as they are stored.

An approval is locked after its company, and before persons, services, accounts, grants and
delegations (``storage.locks``).
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.approvals.acts import Act, ActKind
from domain.approvals.states import ApprovalState, WaitsBecause, shown_at
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """An approval as it was at ``now``, by the database's clock."""

    id: UUID
    kind: ActKind
    company_id: UUID
    account_id: UUID
    proposer_id: UUID
    subject_id: UUID
    act: Act
    digest: str
    stored_state: ApprovalState
    waits_because: WaitsBecause | None
    register_state_id: UUID | None
    created_at: datetime
    lapses_at: datetime
    changed_at: datetime
    now: datetime

    @property
    def state(self) -> ApprovalState:
        """The state at ``now``: the stored one, unless its time is over."""
        return shown_at(self.stored_state, self.lapses_at, self.now)

    @property
    def is_open(self) -> bool:
        """Return whether it can still be confirmed."""
        return not self.state.is_final


COLUMNS = """a.id, a.kind, a.company_id, a.account_id, a.proposer_id, a.subject_id, a.act,
    a.digest, a.state, a.waits_because, a.register_state_id, a.created_at, a.lapses_at,
    a.changed_at, clock_timestamp()"""
_FIELDS = tuple(each.name for each in fields(StoredApproval))
WIDTH = len(_FIELDS)
"""Number of COLUMNS."""
_READ = text(f"SELECT {COLUMNS} FROM approval a WHERE a.id = :id")
_LOCK = text("SELECT FROM approval WHERE id = :id FOR NO KEY UPDATE")
_PROPOSED = text("""
SELECT id FROM approval WHERE kind = :kind AND subject_id = :subject AND ended_at IS NULL
""")
_PROPOSED_ALL = text("""
SELECT a.id, a.subject_id, a.state, EXISTS (
    SELECT FROM approval_confirmation c
    WHERE c.approval_id = a.id AND c.person_id = CAST(:person AS uuid)
      AND c.taken_back_at IS NULL) AS has_confirmed
FROM approval a
WHERE a.kind = :kind AND a.subject_id = ANY(:subjects) AND a.ended_at IS NULL
""")


def read(connection: Connection | Session, approval_id: UUID) -> StoredApproval | None:
    """Read an approval; None: there is none of this id."""
    row = connection.execute(_READ, {"id": approval_id}).one_or_none()
    return stored(*row) if row is not None else None


def lock(session: Session, approval_id: UUID) -> StoredApproval | None:
    """Lock an approval and its confirmations, and return it as it is then; None: there is none."""
    session.execute(_LOCK, {"id": approval_id})
    return read(session, approval_id)


def open_about(connection: Connection | Session, kind: ActKind, subject_id: UUID) -> UUID | None:
    """Return the open approval of this kind about this subject, if there is one."""
    asked = {"kind": kind, "subject": subject_id}
    found: UUID | None = connection.execute(_PROPOSED, asked).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class OpenApproval:
    """An open approval, as one person sees it."""

    id: UUID
    state: ApprovalState
    has_confirmed: bool
    """A confirmation of that person stands."""


def open_about_all(
    connection: Connection,
    kind: ActKind,
    subject_ids: Collection[UUID],
    person_id: UUID | None,
) -> dict[UUID, OpenApproval]:
    """Return the open approvals of this kind, by which of these subjects they are about."""
    asked = {"kind": kind, "subjects": list(subject_ids), "person": person_id}
    return {
        row.subject_id: OpenApproval(row.id, ApprovalState(row.state), row.has_confirmed)
        for row in connection.execute(_PROPOSED_ALL, asked)
    }


def stored(*columns: Any) -> StoredApproval:
    """Build an approval from the columns of ``COLUMNS``, in their order."""
    named = dict(zip(_FIELDS, columns, strict=True))
    because = named["waits_because"]
    return StoredApproval(
        **named
        | {
            "kind": ActKind(named["kind"]),
            "act": Act.from_json(named["act"]),
            "stored_state": ApprovalState(named["stored_state"]),
            "waits_because": WaitsBecause(because) if because else None,
        }
    )
