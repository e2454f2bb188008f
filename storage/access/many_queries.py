"""Read who holds which grants for many questions at once: one statement for all, one moment.

The same SQL as for one (``grant_queries``, ``suspension_queries``, ``bar_queries``), beside each
question. Every statement of one transaction is about the moment at which the transaction began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Grant
from domain.access.suspensions import Suspension
from storage.access.bar_queries import barred
from storage.access.grant_queries import Ended, Grants, ended_from, ended_of, held_by
from storage.access.suspension_queries import over_access, suspension_of
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose access to which account a question is about, and when."""

    person_id: UUID | None
    """None: somebody who is unknown here."""
    account_id: UUID
    at: datetime | None = None
    """None: now."""


_ASKED = """(
    SELECT n, account, person, at, COALESCE(at, transaction_timestamp()) AS moment
    FROM unnest(CAST(:accounts AS uuid[]), CAST(:persons AS uuid[]), CAST(:ats AS timestamptz[]))
        WITH ORDINALITY AS u(account, person, at, n)
) q"""


def _beside_each(one: str) -> str:
    # What is read of one question comes in its own order.
    return f"""
SELECT q.n - 1, o.* FROM {_ASKED}
CROSS JOIN LATERAL (SELECT r.*, row_number() OVER () AS place FROM ({one}) r) o
ORDER BY q.n, o.place
"""


_HELD = text(_beside_each(held_by("q.person", "q.account", "q.at", "q.moment")))
_OVER = text(_beside_each(over_access("q.person", "q.account", "q.moment")))
_ENDED = text(_beside_each(ended_of("q.person", "q.account", "q.moment", ":limit")))
_BARRED = text(_beside_each(barred("q.person", "q.account", "q.moment")))


def held_and_following(connection: Connection, asked: Sequence[Subject]) -> list[Grants]:
    """Return for each question the grants that ``grant_queries.held_and_following`` returns."""
    found: list[list[Sequence[Any]]] = [[] for _ in asked]
    for number, *columns, _place in connection.execute(_HELD, _parameters(asked)):
        found[number].append(columns)
    return [Grants.of(rows) for rows in found]


def following(
    connection: Connection, held: Mapping[Subject, Sequence[Grant]]
) -> dict[Subject, list[Grant]]:
    """Return the grants that begin later, where all that are held have an end; else nothing."""
    ending = [each for each, grants in held.items() if all(grant.until for grant in grants)]
    if not ending:
        return {}
    found = held_and_following(connection, ending)
    return {each: grants.following for each, grants in zip(ending, found, strict=True)}


def over(connection: Connection, asked: Sequence[Subject]) -> list[list[Suspension]]:
    """Return for each question what suspends its person or account, the oldest first."""
    found: list[list[Suspension]] = [[] for _ in asked]
    for number, *columns, _place in connection.execute(_OVER, _parameters(asked)):
        found[number].append(suspension_of(columns))
    return found


def last_ended(connection: Connection, asked: Sequence[Subject]) -> list[Ended | None]:
    """Return for each question the grant that ended last; None: none has."""
    return [next(iter(each), None) for each in ended(connection, asked, limit=1)]


def ended(connection: Connection, asked: Sequence[Subject], *, limit: int) -> list[list[Ended]]:
    """Return for each question up to ``limit`` grants that have ended, the last to end first."""
    found: list[list[Ended]] = [[] for _ in asked]
    parameters = {**_parameters(asked), "limit": limit}
    for number, *columns, _place in connection.execute(_ENDED, parameters):
        found[number].append(ended_from(columns))
    return found


def barred_since(connection: Connection, asked: Sequence[Subject]) -> list[datetime | None]:
    """Return for each question since when its person is barred; None: is not."""
    found: list[datetime | None] = [None for _ in asked]
    for number, since, _place in connection.execute(_BARRED, _parameters(asked)):
        found[number] = since
    return found


def _parameters(asked: Sequence[Subject]) -> dict[str, Any]:
    return {
        "accounts": [each.account_id for each in asked],
        "persons": [each.person_id for each in asked],
        "ats": [each.at for each in asked],
    }
