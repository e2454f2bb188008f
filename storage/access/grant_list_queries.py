"""Reads pages of the accounts that a person has access to, sorted by name.

A page begins after an account, whose name is looked up: a cursor names nobody. Lists of a past
moment are by id: what somebody is called now, and so their place among the others, is for those
who have access now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.access.grants import Grant
from domain.accounts import AccountKind
from domain.sort_keys import sort_key
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

NOW = in_force("now", "statement_timestamp()")
"""SQL: whether the grant ``now`` gives access now, whatever moment is asked about."""


def place_of(table: str) -> str:
    """SQL: by what rows of a table are sorted, and where a page begins."""
    return f"CASE WHEN {AT} IS NULL THEN {table}.sort_key ELSE '' END"


@dataclass(frozen=True, slots=True)
class AccountLabel:
    """Present reference, name and kind of an account, and the registry code of its company."""

    reference: str
    name: str
    kind: AccountKind
    company_code: str | None


@dataclass(frozen=True, slots=True)
class AccountGrants:
    """An account, and a person's grants on it at a moment."""

    account_id: UUID
    account: AccountLabel | None
    """None: the moment has passed, and the person has no access to the account now."""
    grants: Sequence[Grant]


# An account may be called something else, and be someone else's, since the moment asked about:
# what it is called now is for those who have access now.
# Whether a grant is in force costs more than to sort: it is looked up for the rows of the page,
# in their order, and not for every account.
_ACCOUNTS_OF = text(f"""
WITH page AS (
    SELECT o.place, o.id FROM (
        SELECT DISTINCT {place_of("a")} AS place, a.id
        FROM access_grant g JOIN account a ON a.id = g.account_id
        LEFT JOIN company c ON c.id = a.company_id
        WHERE g.person_id = :person AND g.validity @> {MOMENT}
          AND (CAST(:after AS uuid) IS NULL OR ({place_of("a")}, a.id) > (
              SELECT {place_of("b")}, b.id FROM account b WHERE b.id = :after))
          AND (CAST(:key AS text) IS NULL OR position(:key IN a.sort_key) > 0
              OR starts_with(c.code, :words) OR starts_with(lower(a.reference), lower(:words)))
        ORDER BY place, a.id OFFSET 0) o
    WHERE (SELECT true FROM access_grant g
           WHERE g.account_id = o.id AND g.person_id = :person AND {IN_FORCE} LIMIT 1)
    ORDER BY o.place, o.id LIMIT :limit
)
SELECT a.id, a.reference, a.name, a.company_id,
       (SELECT code FROM company c WHERE c.id = a.company_id) AS company_code,
       {AT} IS NULL OR EXISTS (
           SELECT FROM access_grant now WHERE now.account_id = a.id AND now.person_id = :person
               AND {NOW}) AS has_access, {COLUMNS}
FROM page
JOIN account a ON a.id = page.id
JOIN access_grant g ON g.account_id = a.id AND g.person_id = :person AND {IN_FORCE}
{REGISTER_STATE}
ORDER BY page.place, a.id, lower(g.validity), g.id
""")


def accounts_of(
    connection: Connection,
    person_id: UUID,
    *,
    at: datetime | None = None,
    words: str | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[AccountGrants]:
    """Return up to ``limit`` accounts on which this person has grants, by name, after ``after``.

    ``words``: only those with this in the name, or whose registry code or customer number begins
    so. Not of a past moment.
    """
    asked = {"person": person_id, "at": at, "after": after, "limit": limit, "words": words}
    rows = connection.execute(_ACCOUNTS_OF, asked | {"key": words and sort_key(words)})
    return [
        AccountGrants(
            id_,
            AccountLabel(reference, name, AccountKind.of(company_id), code) if has_access else None,
            grants,
        )
        for (id_, reference, name, company_id, code, has_access), grants in grouped(rows)
    ]


def grouped(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Sequence[Any], list[Grant]]]:
    """Group rows that end in the columns of a grant by the columns before them."""
    for head, together in groupby(rows, key=lambda row: tuple(row[:-WIDTH])):
        yield head, [grant_of(row[-WIDTH:]) for row in together]
