"""Read single accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from domain.accounts import AccountKind, AccountStatus


@dataclass(frozen=True, slots=True)
class AccountRead:
    """An account and its owner."""

    id: UUID
    reference: str
    name: str
    status: AccountStatus
    company_id: UUID | None
    person_id: UUID | None
    company_code: str | None = None
    """Registry code of its company."""

    @property
    def kind(self) -> AccountKind:
        """Kind of the account, by its owner."""
        return AccountKind.of(self.company_id)


def account(connection: Connection, account_id: UUID) -> AccountRead | None:
    """Return the account with this id, None where there is none."""
    row = connection.execute(
        text(
            "SELECT a.id, a.reference, a.name, a.status, a.company_id, a.person_id, c.code"
            " FROM account a LEFT JOIN company c ON c.id = a.company_id WHERE a.id = :id"
        ),
        {"id": account_id},
    ).one_or_none()
    if row is None:
        return None
    id_, reference, name, status, *owner = row
    return AccountRead(id_, reference, name, AccountStatus(status), *owner)


def company_without_state(connection: Connection, account_id: UUID) -> UUID | None:
    """Return the company of this active account if it has no current register state."""
    found: UUID | None = connection.execute(
        text(
            "SELECT company_id FROM account a WHERE id = :id AND status = 'active'"
            " AND company_id IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM register_state s"
            " WHERE s.company_id = a.company_id AND upper_inf(s.in_force))"
        ),
        {"id": account_id},
    ).scalar_one_or_none()
    return found


def find_id(connection: Connection, id_or_reference: str) -> UUID | None:
    """Id of the account with this id or reference; None where there is none."""
    found: UUID | None = connection.execute(
        text(
            "SELECT id FROM account WHERE CAST(id AS text) = :id OR reference = :reference LIMIT 1"
        ),
        {"id": id_or_reference.lower(), "reference": id_or_reference},
    ).scalar_one_or_none()
    return found


def names(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what each of these accounts is called: its name, or its reference."""
    rows = connection.execute(
        text(
            "SELECT id, COALESCE(NULLIF(name, ''), reference) AS label FROM account"
            " WHERE id = ANY(:ids)"
        ),
        {"ids": list(ids)},
    )
    return {row.id: row.label for row in rows}


def references(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The reference of each of these accounts."""
    rows = connection.execute(
        text("SELECT id, reference FROM account WHERE id = ANY(:ids)"), {"ids": list(ids)}
    )
    return {row.id: row.reference for row in rows}
