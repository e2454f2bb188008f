"""Single rows as the API shows them: an account, an operation, what is believed of a company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.registry.register import RegisterState
from storage.registry import register_states


@dataclass(frozen=True, slots=True)
class AccountRead:
    """An account and whose it is."""

    id: UUID
    reference: str
    name: str
    status: str
    company_id: UUID | None
    person_id: UUID | None


def account(connection: Connection, account_id: UUID) -> AccountRead | None:
    """The account of this id."""
    row = connection.execute(
        text(
            "SELECT id, reference, name, status, company_id, person_id FROM account WHERE id = :id"
        ),
        {"id": account_id},
    ).one_or_none()
    return AccountRead(*row) if row else None


def operation(connection: Connection, operation_id: UUID) -> Row[Any] | None:
    """The operation of this id, every column."""
    return connection.execute(
        text("SELECT * FROM operation WHERE id = :id"), {"id": operation_id}
    ).one_or_none()


def company_never_asked_about(connection: Connection, account_id: UUID) -> UUID | None:
    """The company of this active account, where nothing was ever believed of it."""
    found: UUID | None = connection.execute(
        text(
            "SELECT company_id FROM account a WHERE id = :id AND status = 'active'"
            " AND company_id IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM register_state s WHERE s.company_id = a.company_id)"
        ),
        {"id": account_id},
    ).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class Believed:
    """What was believed of a company at a moment."""

    id: UUID
    since: datetime
    """When it came to be believed."""
    as_of: datetime
    state: RegisterState


def believed(connection: Connection, company_id: UUID, at: datetime | None) -> Believed | None:
    """What is believed of this company now, or was at ``at``. None: the register never told."""
    row = connection.execute(
        text(
            "SELECT id, lower(believed) AS since, as_of, state FROM register_state"
            " WHERE company_id = :company"
            " AND believed @> COALESCE(CAST(:at AS timestamptz), statement_timestamp())"
        ),
        {"company": company_id, "at": at},
    ).one_or_none()
    if row is None:
        return None
    return Believed(row.id, row.since, row.as_of, register_states.from_json(row.state))


def proofs(connection: Connection, grant_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """The row that proves each of these grants."""
    rows = connection.execute(
        text("SELECT id, proof FROM access_grant WHERE id = ANY(:ids)"), {"ids": list(grant_ids)}
    )
    return {row.id: row.proof for row in rows}
