"""Single accounts, as the API shows them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text


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
