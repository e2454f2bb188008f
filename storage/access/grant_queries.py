"""Read who holds which grants at a moment: the queries behind every decision."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.access.grants import Grant, Origin
from domain.accounts import AccountKind
from domain.identifiers import PersonKey
from domain.reasons import Reason

_AT = "CAST(:at AS timestamptz)"
# The moment is the database's own unless one is given: a revocation counts from its commit on.
_MOMENT = f"COALESCE({_AT}, statement_timestamp())"

# A register state that was current at a past moment may have been confirmed since: of that moment
# itself all that is known is that the confirmation was not younger.
_COLUMNS = f"""g.id, g.role, g.service_id, g.origin, lower(g.validity) AS since,
       upper(g.validity) AS until, g.reason,
       CASE WHEN s.as_of > {_AT} THEN {_AT} ELSE s.as_of END AS as_of"""

# How fresh the register state behind a grant is.
_BELIEVED = f"""
LEFT JOIN register_state s ON g.origin = 'register' AND s.company_id = a.company_id
     AND s.in_force @> {_MOMENT}"""

# The one query of an access check: one person, one account, one moment, one indexed read.
_HELD = f"""
SELECT {_COLUMNS}
FROM access_grant g
LEFT JOIN account a ON g.origin = 'register' AND a.id = g.account_id
{_BELIEVED}
WHERE g.account_id = :account AND g.person_id = {{person}} AND g.validity @> {_MOMENT}
ORDER BY lower(g.validity), g.id
"""


# Grants that have ended. Read only where none is in force.
_ENDED = f"""
SELECT g.id, g.role, g.service_id, g.origin, lower(g.validity) AS since,
       upper(g.validity) AS until, g.reason, NULL AS as_of, g.ended_reason
FROM access_grant g
WHERE g.account_id = :account AND g.person_id = {{person}} AND upper(g.validity) <= {_MOMENT}
ORDER BY upper(g.validity) DESC, g.id LIMIT :limit
"""


def _for_driver(statement: str) -> dict[type, str]:
    """The statement for a person given by id and by key, with the driver's placeholders."""
    by_key = "(SELECT id FROM person WHERE country = :country AND code = :code)"
    return {
        kind: re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.format(person=person))
        for kind, person in ((UUID, ":person"), (PersonKey, by_key))
    }


_HELD_BY = _for_driver(_HELD)
_ENDED_BY = _for_driver(_ENDED)


def held(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
) -> list[Grant]:
    """Return this person's grants on this account that are in force now, or were at ``at``."""
    asked = {"account": account_id, "at": at}
    return [_grant(row) for row in _driven(connection, _HELD_BY, person, asked)]


@dataclass(frozen=True, slots=True)
class Ended:
    """A grant that has ended, and why."""

    grant: Grant
    reason: Reason | None
    """None: its validity ran out."""


def ended(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
    *,
    limit: int = 1,
) -> list[Ended]:
    """Return this person's ended grants on this account, the last to end first."""
    asked = {"account": account_id, "at": at, "limit": limit}
    rows = _driven(connection, _ENDED_BY, person, asked)
    return [Ended(_grant(row), Reason.from_json(why) if why else None) for *row, why in rows]


def _driven(
    connection: Connection,
    statements: Mapping[type, str],
    person: UUID | PersonKey,
    asked: dict[str, Any],
) -> Sequence[Any]:
    if isinstance(person, UUID):
        asked["person"] = person
    else:
        asked |= {"country": person.country, "code": person.code}
    # The driver's own cursor: in an access check SQLAlchemy's results cost as much as the query.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statements[type(person)], asked)
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class AccountGrants:
    """An account, and a person's grants on it."""

    account_id: UUID
    reference: str
    name: str
    kind: AccountKind
    grants: Sequence[Grant]


_ACCOUNTS_OF = text(f"""
WITH page AS (
    SELECT DISTINCT account_id FROM access_grant g
    WHERE g.person_id = :person AND g.validity @> {_MOMENT}
      AND (CAST(:after AS uuid) IS NULL OR g.account_id > :after)
    ORDER BY account_id LIMIT :limit
)
SELECT a.id, a.reference, a.name, a.company_id, {_COLUMNS}
FROM page
JOIN account a ON a.id = page.account_id
JOIN access_grant g ON g.account_id = a.id AND g.person_id = :person AND g.validity @> {_MOMENT}
{_BELIEVED}
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
        AccountGrants(id_, reference, name, AccountKind.of(company_id), grants)
        for (id_, reference, name, company_id), grants in _grouped(rows)
    ]


@dataclass(frozen=True, slots=True)
class PersonGrants:
    """A person, and their grants on an account."""

    person_id: UUID
    name: str
    grants: Sequence[Grant]


_PEOPLE_OF = text(f"""
WITH page AS (
    SELECT DISTINCT person_id FROM access_grant g
    WHERE g.account_id = :account AND g.validity @> {_MOMENT}
      AND (CAST(:after AS uuid) IS NULL OR g.person_id > :after)
    ORDER BY person_id LIMIT :limit
)
SELECT p.id, p.name, {_COLUMNS}
FROM page
JOIN person p ON p.id = page.person_id
JOIN access_grant g ON g.person_id = p.id AND g.account_id = :account AND g.validity @> {_MOMENT}
JOIN account a ON a.id = g.account_id
{_BELIEVED}
ORDER BY p.id, lower(g.validity), g.id
""")


def people_of(
    connection: Connection,
    account_id: UUID,
    *,
    at: datetime | None,
    after: UUID | None,
    limit: int,
) -> list[PersonGrants]:
    """Return up to ``limit`` persons with grants on this account, by id, after ``after``."""
    asked = {"account": account_id, "at": at, "after": after, "limit": limit}
    rows = connection.execute(_PEOPLE_OF, asked)
    return [PersonGrants(id_, name, grants) for (id_, name), grants in _grouped(rows)]


def _grouped(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Sequence[Any], list[Grant]]]:
    """Group rows that end in the columns of a grant by the columns before them."""
    for head, together in groupby(rows, key=lambda row: tuple(row[:-_WIDTH])):
        yield head, [_grant(row[-_WIDTH:]) for row in together]


_WIDTH = 8


def _grant(columns: Sequence[Any]) -> Grant:
    """Build a grant from the columns of ``_COLUMNS``, in their order."""
    id_, role, service_id, origin, since, until, reason, as_of = columns
    why = Reason.from_json(reason)
    return Grant(id_, role, service_id, Origin(origin), since, until, why, as_of)


def proofs(connection: Connection, grant_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Return the id of the row that proves each of these grants."""
    rows = connection.execute(
        text("SELECT id, proof FROM access_grant WHERE id = ANY(:ids)"), {"ids": list(grant_ids)}
    )
    return {row.id: row.proof for row in rows}
