"""Find accounts for staff: by company, by customer number, by a number of a service."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.accounts import AccountStatus
from domain.sort_keys import sort_key
from storage.database import Connection

_LAST = "\U0010ffff"
"""Sorts after whatever follows the beginning of a key."""


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account, and its company where it has one."""

    id: UUID
    reference: str
    name: str
    status: AccountStatus
    company_id: UUID | None
    company_code: str | None
    company_name: str | None
    """As the register last gave it."""


_SELECT = """
SELECT a.id, a.reference, a.name, a.status, a.company_id, c.code, c.name
FROM account a LEFT JOIN company c ON c.id = a.company_id
"""


def _page(condition: str) -> TextClause:
    """A page by id."""
    return text(f"""{_SELECT} WHERE {condition} AND (CAST(:after AS uuid) IS NULL OR a.id > :after)
    ORDER BY a.id LIMIT :limit""")


_BY_CODE = _page("c.country = :country AND c.code = :code")
_BY_REFERENCE = _page("a.reference = :reference")
_BY_ID = _page("a.id = CAST(:id AS uuid)")
_BY_NUMBER = _page("""a.id IN (
    SELECT account_id FROM service WHERE number = :number AND status <> 'ended')""")
# Each by its id, or by its customer number.
_EACH = text("""
SELECT u.n - 1, a.id, a.reference, a.name, a.status, a.company_id, c.code, c.name
FROM unnest(CAST(:ids AS uuid[]), CAST(:references AS text[]))
    WITH ORDINALITY AS u(id, reference, n)
JOIN account a ON a.id = COALESCE(
    u.id, (SELECT r.id FROM account r WHERE r.reference = u.reference LIMIT 1))
LEFT JOIN company c ON c.id = a.company_id
""")
_BY_NAME = text(f"""{_SELECT}
WHERE c.sort_key >= :key AND c.sort_key < :beyond AND (
    CAST(:after AS uuid) IS NULL OR (c.sort_key, c.id, a.id) > (
        SELECT d.sort_key, d.id, b.id FROM account b JOIN company d ON d.id = b.company_id
        WHERE b.id = :after))
ORDER BY c.sort_key, c.id, a.id LIMIT :limit
""")


def by_company_code(
    connection: Connection, country: str, code: str, *, after: UUID | None, limit: int
) -> Sequence[FoundAccount]:
    """Return up to ``limit`` accounts of the company with this registry code, by id."""
    return _found(connection, _BY_CODE, after, limit, country=country, code=code)


def by_reference(connection: Connection, reference: str) -> Sequence[FoundAccount]:
    """Return the account with this customer number."""
    return _found(connection, _BY_REFERENCE, None, 1, reference=reference)


def by_id(connection: Connection, account_id: UUID) -> Sequence[FoundAccount]:
    """Return the account with this id."""
    return _found(connection, _BY_ID, None, 1, id=str(account_id))


def each(connection: Connection, named: Sequence[UUID | str]) -> list[FoundAccount | None]:
    """Return the account with each id or customer number, in their order; None: there is none."""
    asked = {
        "ids": [one if isinstance(one, UUID) else None for one in named],
        "references": [one if isinstance(one, str) else None for one in named],
    }
    found: list[FoundAccount | None] = [None for _ in named]
    for number, id_, reference, name, status, *company in connection.execute(_EACH, asked):
        found[number] = FoundAccount(id_, reference, name, AccountStatus(status), *company)
    return found


def by_number(
    connection: Connection, number: str, *, after: UUID | None, limit: int
) -> Sequence[FoundAccount]:
    """Return up to ``limit`` accounts with a service of this number in E.164, by id."""
    return _found(connection, _BY_NUMBER, after, limit, number=number)


def by_company_name(
    connection: Connection, name: str, *, after: UUID | None, limit: int
) -> Sequence[FoundAccount]:
    """Return up to ``limit`` accounts of companies whose name begins so, by name."""
    key = sort_key(name)
    return _found(connection, _BY_NAME, after, limit, key=key, beyond=key + _LAST)


def _found(
    connection: Connection, statement: TextClause, after: UUID | None, limit: int, **asked: str
) -> Sequence[FoundAccount]:
    rows = connection.execute(statement, {"after": after, "limit": limit, **asked})
    return [
        FoundAccount(id_, reference, name, AccountStatus(status), *company)
        for id_, reference, name, status, *company in rows
    ]
