"""Read who holds which grants at a moment: the queries behind every decision."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import Connection, text

from domain.access.grants import Grant
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access.grant_rows import (
    AT,
    MOMENT,
    columns,
    grant_of,
    in_force_or_following,
    is_valid,
    register_state,
)


def held_by(person: str, account: str, at: str, moment: str) -> str:
    """SQL: the grants of a person on an account that are in force or follow.

    The one query of an access check: one person, one account, one moment, one indexed read. The
    parameters are SQL expressions; the last column says whether a grant is in force.
    """
    return f"""
SELECT {columns(at)}, {is_valid("g", moment)} AS is_in_force
FROM access_grant g
LEFT JOIN account a ON g.origin = 'register' AND a.id = g.account_id
{register_state(moment)}
WHERE g.account_id = {account} AND g.person_id = {person} AND {in_force_or_following("g", moment)}
ORDER BY lower(g.validity), g.id
"""


def ended_of(person: str, account: str, moment: str, limit: str) -> str:
    """SQL: the same of grants that have ended. Read only where none is in force."""
    return f"""
SELECT g.id, g.role, g.service_id, g.origin, lower(g.validity) AS since,
       upper(g.validity) AS until, g.reason, g.permissions, NULL AS as_of, g.ended_reason
FROM access_grant g
WHERE g.account_id = {account} AND g.person_id = {person} AND upper(g.validity) <= {moment}
ORDER BY upper(g.validity) DESC, g.id LIMIT {limit}
"""


def _for_driver(statement: str) -> dict[type, str]:
    """The statement for a person given by id and by key, with the driver's placeholders."""
    by_key = "(SELECT id FROM person WHERE country = :country AND code = :code)"
    return {
        kind: re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.format(person=person))
        for kind, person in ((UUID, ":person"), (PersonKey, by_key))
    }


_HELD_BY = _for_driver(held_by("{person}", ":account", AT, MOMENT))
_ENDED_BY = _for_driver(ended_of("{person}", ":account", MOMENT, ":limit"))


def held(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
) -> list[Grant]:
    """Return this person's grants on this account that are in force now, or were at ``at``."""
    return held_and_following(connection, person, account_id, at).held


class Grants(NamedTuple):
    """A person's grants on an account at a moment, sorted by their start."""

    held: list[Grant]
    """Those in force."""
    following: list[Grant]
    """Those that begin later by themselves."""

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Build them from the columns of ``held_by``."""
        found = cls([], [])
        for *row, is_in_force in rows:
            (found.held if is_in_force else found.following).append(grant_of(row))
        return found


def held_and_following(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
) -> Grants:
    """Return the same, with the grants that begin later."""
    asked = {"account": account_id, "at": at}
    return Grants.of(_driven(connection, _HELD_BY, person, asked))


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
    return [ended_from(row) for row in rows]


def ended_from(columns_: Sequence[Any]) -> Ended:
    """Build an ended grant from the columns of ``ended_of``."""
    *row, why = columns_
    return Ended(grant_of(row), Reason.from_json(why) if why else None)


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


def proofs(connection: Connection, grant_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Return the id of the row that proves each of these grants."""
    rows = connection.execute(
        text("SELECT id, proof FROM access_grant WHERE id = ANY(:ids)"), {"ids": list(grant_ids)}
    )
    return {row.id: row.proof for row in rows}
