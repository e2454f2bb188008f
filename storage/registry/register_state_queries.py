"""Reads register states: those that count now, and the one that counted at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.registry.register import RegisterState
from storage.database import Connection, Session
from storage.registry.register_state_json import from_json


@dataclass(frozen=True, slots=True)
class StoredState:
    """The register state of a company that counts now."""

    id: UUID
    company_id: UUID
    as_of: datetime
    digest: str
    state: RegisterState


def current(session: Connection | Session, company_ids: Sequence[UUID]) -> dict[UUID, StoredState]:
    """Return the current states of these companies; those never queried are missing."""
    rows = session.execute(
        text(
            "SELECT id, company_id, as_of, digest, state FROM register_state"
            " WHERE company_id = ANY(:ids) AND upper_inf(in_force)"
        ),
        {"ids": list(company_ids)},
    )
    return {
        r.company_id: StoredState(r.id, r.company_id, r.as_of, r.digest, from_json(r.state))
        for r in rows
    }


@dataclass(frozen=True, slots=True)
class PastState:
    """The register state of a company that counted at a moment."""

    id: UUID
    since: datetime
    """When it was recorded."""
    as_of: datetime
    state: RegisterState


def state_at(connection: Connection, company_id: UUID, at: datetime | None) -> PastState | None:
    """Return the state that counts now, or counted at ``at``; None: none was recorded by then."""
    row = connection.execute(
        text(
            "SELECT id, lower(in_force) AS since, as_of, state FROM register_state"
            " WHERE company_id = :company"
            " AND in_force @> COALESCE(CAST(:at AS timestamptz), statement_timestamp())"
        ),
        {"company": company_id, "at": at},
    ).one_or_none()
    if row is None:
        return None
    return PastState(row.id, row.since, row.as_of, from_json(row.state))
