"""Reads pages of grants: the accounts that a person has access to, the persons on an account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.access.grants import Grant
from domain.accounts import AccountKind
from storage.access.grant_rows import (
    AT,
    COLUMNS,
    IN_FORCE,
    MOMENT,
    REGISTER_STATE,
    WIDTH,
    grant_of,
    in_force,
)

_NOW = in_force("now", "statement_timestamp()")


@dataclass(frozen=True, slots=True)
class AccountLabel:
    """Present reference, name and kind of an account."""

    reference: str
    name: str
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class AccountGrants:
    """An account, and a person's grants on it at a moment."""

    account_id: UUID
    account: AccountLabel | None
    """None: the moment has passed, and the person has no access to the account now."""
    grants: Sequence[Grant]


# An account may be called something else, and be someone else's, since the moment asked about:
# what it is called now is for those who have access now.
_ACCOUNTS_OF = text(f"""
WITH page AS (
    SELECT DISTINCT account_id FROM access_grant g
    WHERE g.person_id = :person AND {IN_FORCE}
      AND (CAST(:after AS uuid) IS NULL OR g.account_id > :after)
    ORDER BY account_id LIMIT :limit
)
SELECT a.id, a.reference, a.name, a.company_id,
       {AT} IS NULL OR EXISTS (
           SELECT FROM access_grant now WHERE now.account_id = a.id AND now.person_id = :person
               AND {_NOW}) AS has_access, {COLUMNS}
FROM page
JOIN account a ON a.id = page.account_id
JOIN access_grant g ON g.account_id = a.id AND g.person_id = :person AND {IN_FORCE}
{REGISTER_STATE}
ORDER BY a.id, lower(g.validity), g.id
""")


def accounts_of(
    connection: Connection,
    person_id: UUID,
    *,
    at: datetime | None,
    after: UUID | None,
    limit: int,
) -> list[AccountGrants]:
    """Return up to ``limit`` accounts on which this person has grants, by id, after ``after``."""
    asked = {"person": person_id, "at": at, "after": after, "limit": limit}
    rows = connection.execute(_ACCOUNTS_OF, asked)
    return [
        AccountGrants(
            id_,
            AccountLabel(reference, name, AccountKind.of(company_id)) if has_access else None,
            grants,
        )
        for (id_, reference, name, company_id, has_access), grants in _grouped(rows)
    ]


@dataclass(frozen=True, slots=True)
class PersonGrants:
    """A person, and their grants on an account at a moment."""

    person_id: UUID
    name: str
    has_access: bool
    """Whether the person has access to the account now."""
    suspended: bool
    """Every grant is held back at that moment; only where these are asked for."""
    grants: Sequence[Grant]


_LISTED = f"g.validity @> {MOMENT} AND (:suspended_too OR {IN_FORCE})"
_PEOPLE_OF = text(f"""
WITH page AS (
    SELECT DISTINCT person_id FROM access_grant g
    WHERE g.account_id = :account AND {_LISTED}
      AND (CAST(:after AS uuid) IS NULL OR g.person_id > :after)
    ORDER BY person_id LIMIT :limit
)
SELECT p.id, p.name,
       EXISTS (
           SELECT FROM access_grant now WHERE now.account_id = :account AND now.person_id = p.id
               AND {_NOW}) AS has_access,
       NOT bool_or({IN_FORCE}) OVER (PARTITION BY p.id) AS suspended, {COLUMNS}
FROM page
JOIN person p ON p.id = page.person_id
JOIN access_grant g ON g.person_id = p.id AND g.account_id = :account AND {_LISTED}
JOIN account a ON a.id = g.account_id
{REGISTER_STATE}
ORDER BY p.id, lower(g.validity), g.id
""")


def people_of(
    connection: Connection,
    account_id: UUID,
    *,
    at: datetime | None,
    after: UUID | None,
    limit: int,
    suspended_too: bool,
) -> list[PersonGrants]:
    """Return up to ``limit`` persons with access to this account, by id, after ``after``.

    ``suspended_too``: also those whose access is held back, and all of their grants.
    """
    page = {"after": after, "limit": limit}
    asked = {"account": account_id, "at": at, "suspended_too": suspended_too} | page
    rows = connection.execute(_PEOPLE_OF, asked)
    return [
        PersonGrants(id_, name, has_access, suspended, grants)
        for (id_, name, has_access, suspended), grants in _grouped(rows)
    ]


def _grouped(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Sequence[Any], list[Grant]]]:
    """Group rows that end in the columns of a grant by the columns before them."""
    for head, together in groupby(rows, key=lambda row: tuple(row[:-WIDTH])):
        yield head, [grant_of(row[-WIDTH:]) for row in together]
