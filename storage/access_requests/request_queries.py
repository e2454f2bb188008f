"""Read access requests: as their applicant sees them, and as those who could give it do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Permission
from domain.access_requests.states import AccessRequestState, shown_at
from domain.delegations.terms import Terms
from domain.identifiers import CompanyKey
from storage.access.grant_rows import suspended
from storage.access_requests.reach import GIVING
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class AccessRequestView:
    """A request at the moment it was read."""

    id: UUID
    applicant_id: UUID
    applicant_name: str
    """Empty: no register and no login gave one."""
    asked_of: CompanyKey | str
    """The company, or the customer number, as it was typed."""
    terms: Terms
    message: str
    state: AccessRequestState
    created_at: datetime
    lapses_at: datetime
    delegation_id: UUID | None


_NOW = "statement_timestamp()"
_COLUMNS = """r.id, r.applicant_id, p.name, r.country, r.code, r.reference, r.role, r.permissions,
       r.from_day, r.through_day, r.may_pass_on, r.message, r.state, r.created_at, r.lapses_at,
       r.delegation_id, statement_timestamp()"""
_SELECT = f"SELECT {_COLUMNS} FROM access_request r JOIN person p ON p.id = r.applicant_id"
_PAGE = "AND (CAST(:after AS uuid) IS NULL OR r.id > :after) ORDER BY r.id LIMIT :limit"
_OWN = text(f"{_SELECT} WHERE r.id = :id AND r.applicant_id = :applicant")
_OF_APPLICANT = text(f"{_SELECT} WHERE r.applicant_id = :applicant {_PAGE}")
# The lowest id that a page may begin with, as one value: the index is searched by it.
_AFTER = "COALESCE(CAST(:after AS uuid), '00000000-0000-0000-0000-000000000000')"


def _open(of: str) -> str:
    """SQL: a page of the open requests of one kind that the giver could approve, by an index."""
    return f"""(
    SELECT r.* FROM access_request r
    WHERE {of} AND r.id > {_AFTER} AND r.state = 'open' AND r.lapses_at > {_NOW}
      AND r.applicant_id <> :giver
      AND ((SELECT whatever FROM giving) OR r.permissions && (SELECT others FROM giving))
      AND NOT {suspended("x.person_id = r.applicant_id", _NOW)}
    ORDER BY r.id LIMIT :limit)"""


_OF_COMPANY = "r.code = (SELECT code FROM here) AND r.country = (SELECT country FROM here)"
_OF_NUMBER = """r.reference = (SELECT reference FROM here)
      AND r.owner_id = (SELECT owner_id FROM here)"""
# What ``reach.accounts`` says, for one account: its requests may be many, and are read in order.
OF_ACCOUNT = text(f"""
WITH here AS MATERIALIZED (
    SELECT a.reference, COALESCE(a.company_id, a.person_id) AS owner_id, c.country, c.code
    FROM account a LEFT JOIN company c ON c.id = a.company_id
    WHERE a.id = :account AND a.status = 'active'
), giving AS MATERIALIZED ({GIVING})
SELECT {_COLUMNS} FROM ({_open(_OF_COMPANY)} UNION ALL {_open(_OF_NUMBER)}) r
JOIN person p ON p.id = r.applicant_id
ORDER BY r.id LIMIT :limit
""")


def own(connection: Connection, request_id: UUID, applicant_id: UUID) -> AccessRequestView | None:
    """Read a request of this applicant; None: they made none with this id."""
    asked = {"id": request_id, "applicant": applicant_id}
    row = connection.execute(_OWN, asked).one_or_none()
    return None if row is None else _view(row)


def of_applicant(
    connection: Connection, applicant_id: UUID, *, after: UUID | None, limit: int
) -> list[AccessRequestView]:
    """Read up to ``limit`` requests of this applicant, by id, after ``after``."""
    asked = {"applicant": applicant_id, "after": after, "limit": limit}
    return [_view(row) for row in connection.execute(_OF_APPLICANT, asked)]


def of_account(
    connection: Connection, account_id: UUID, giver_id: UUID, *, after: UUID | None, limit: int
) -> list[AccessRequestView]:
    """Read up to ``limit`` open requests that this person could approve here, by id."""
    asked = {"account": account_id, "giver": giver_id, "after": after, "limit": limit}
    return [_view(row) for row in connection.execute(OF_ACCOUNT, asked)]


def _view(row: Sequence[Any]) -> AccessRequestView:
    id_, applicant_id, name, country, code, reference, role, permissions, *others = row
    first, last, may_pass_on, message, state, created_at, lapses_at, delegation_id, now = others
    asked = frozenset(map(Permission, permissions))
    return AccessRequestView(
        id_,
        applicant_id,
        name,
        CompanyKey(country, code) if code is not None else reference,
        Terms(role, asked, frozenset(), first, last, may_pass_on),
        message,
        shown_at(AccessRequestState(state), lapses_at, now),
        created_at,
        lapses_at,
        delegation_id,
    )
