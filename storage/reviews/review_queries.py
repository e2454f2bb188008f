"""Read who has access to an account, for a review: one row for each grant, by person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Grant
from domain.reviews.decisions import Standing
from storage.access.grant_rows import COLUMNS, IN_FORCE, MOMENT, REGISTER_STATE, WIDTH, grant_of
from storage.database import Connection

Place = tuple[UUID, UUID]
"""Where a page ended: person and grant."""


@dataclass(frozen=True, slots=True)
class Giver:
    """The person who gave a delegation."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ReviewedGrant:
    """A grant, its holder, who gave it, and when it was last used and confirmed."""

    person_id: UUID
    name: str
    suspended: bool
    """Held back now; only where these are asked for."""
    grant: Grant
    delegation_id: UUID | None
    giver: Giver | None
    """Of a delegation; None: of another origin, or imported."""
    confirmed_at: datetime | None
    last_used: date | None
    """When the person last used any access to the account; None: not within the retention time."""
    standing: Standing


# One statement for the first page and one for the others: both walk the index on account and
# person, and stop at the end of the page. Subqueries in place of joins: they are looked up for the
# rows of the page, where a join may read the whole of a table first.
_REVIEW = f"""
WITH page AS (
    SELECT g.* FROM access_grant g
    WHERE g.account_id = :account AND g.validity @> {MOMENT} AND (:suspended_too OR {IN_FORCE})
      {{after}}
    ORDER BY g.person_id, g.id LIMIT :limit
)
SELECT g.person_id, (SELECT name FROM person p WHERE p.id = g.person_id), NOT {IN_FORCE},
       g.delegation_id, d.giver_id, (SELECT name FROM person w WHERE w.id = d.giver_id),
       COALESCE(d.confirmed_at, g.confirmed_at),
       (SELECT last_used_day FROM access_use u
        WHERE u.account_id = g.account_id AND u.person_id = g.person_id),
       COALESCE(a.person_id = g.person_id, false), {COLUMNS}
FROM page g
JOIN account a ON a.id = g.account_id
LEFT JOIN delegation d ON d.id = g.delegation_id
{REGISTER_STATE}
ORDER BY g.person_id, g.id
"""
_FIRST = text(_REVIEW.format(after=""))
_NEXT = text(_REVIEW.format(after="AND (g.person_id, g.id) > (:person, :grant)"))


def page_of(
    connection: Connection,
    account_id: UUID,
    *,
    after: Place | None,
    limit: int,
    suspended_too: bool,
) -> Sequence[ReviewedGrant]:
    """Return up to ``limit`` grants that give access to an account now, by person and id.

    ``suspended_too``: also those that are held back.
    """
    asked: dict[str, Any] = {"account": account_id, "at": None, "limit": limit}
    asked["suspended_too"] = suspended_too
    if after is None:
        return [_reviewed(row) for row in connection.execute(_FIRST, asked)]
    place = {"person": after[0], "grant": after[1]}
    return [_reviewed(row) for row in connection.execute(_NEXT, asked | place)]


def _reviewed(row: Sequence[Any]) -> ReviewedGrant:
    person_id, name, suspended, delegation_id, giver_id, giver_name, *rest = row[:-WIDTH]
    confirmed_at, last_used, owned = rest
    grant = grant_of(row[-WIDTH:])
    return ReviewedGrant(
        person_id,
        name,
        suspended,
        grant,
        delegation_id,
        Giver(giver_id, giver_name) if giver_id is not None else None,
        confirmed_at,
        last_used,
        Standing(grant.origin, owned, grant.by_reading),
    )
