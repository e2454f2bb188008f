"""Reads pages of the persons who have access to an account, sorted by name.

A cursor names nobody and lists of a past moment are by id, see ``grant_list_queries``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.access.grants import Grant, Origin
from domain.access.permissions import ACCESS_ROLES, Permission
from domain.sort_keys import sort_key
from storage.access.grant_list_queries import NOW, grouped, place_of
from storage.access.grant_rows import COLUMNS, IN_FORCE, MOMENT, REGISTER_STATE


@dataclass(frozen=True, slots=True)
class PersonGrants:
    """A person, and their grants on an account at a moment."""

    person_id: UUID
    name: str
    has_access: bool
    """Whether the person has access to the account now."""
    suspended: bool
    """Every grant is held back at that moment; only where these are asked for."""
    last_used: date | None
    """When the person last used any access to the account; None: not within the retention time."""
    grants: Sequence[Grant]


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom to list: persons with a grant for which all of these hold. None: any."""

    words: str | None = None
    """Part of the name."""
    permission: Permission | None = None
    origin: Origin | None = None
    ends_before: datetime | None = None

    def asked(self) -> dict[str, Any]:
        """The filter as parameters of the statement."""
        roles = [name for name, role in ACCESS_ROLES.items() if self.permission in role.permissions]
        return {
            "key": self.words and sort_key(self.words),
            "permission": self.permission,
            "roles": roles,
            "origin": self.origin,
            "ends_before": self.ends_before,
        }


EVERYONE = PeopleFilter()

_LISTED = f"g.validity @> {MOMENT} AND (:suspended_too OR {IN_FORCE})"
_MATCHES = """(CAST(:origin AS text) IS NULL OR g.origin = :origin)
    AND (CAST(:permission AS text) IS NULL OR :permission = ANY(g.permissions)
        OR g.permissions IS NULL AND g.role = ANY(:roles))
    AND (CAST(:ends_before AS timestamptz) IS NULL OR upper(g.validity) < :ends_before)"""
# Whether a grant is in force costs more than to sort: it is looked up for the rows of the page,
# in their order, and not for everyone.
_PEOPLE_OF = text(f"""
WITH page AS (
    SELECT c.place, c.id FROM (
        SELECT DISTINCT {place_of("p")} AS place, p.id
        FROM access_grant g JOIN person p ON p.id = g.person_id
        WHERE g.account_id = :account AND g.validity @> {MOMENT}
          AND (CAST(:after AS uuid) IS NULL OR ({place_of("p")}, p.id) > (
              SELECT {place_of("b")}, b.id FROM person b WHERE b.id = :after))
          AND (CAST(:key AS text) IS NULL OR position(:key IN p.sort_key) > 0)
        ORDER BY place, p.id OFFSET 0) c
    WHERE (SELECT true FROM access_grant g WHERE g.account_id = :account AND g.person_id = c.id
               AND {_LISTED} AND {_MATCHES} LIMIT 1)
    ORDER BY c.place, c.id LIMIT :limit
)
SELECT p.id, p.name,
       EXISTS (
           SELECT FROM access_grant now WHERE now.account_id = :account AND now.person_id = p.id
               AND {NOW}) AS has_access,
       NOT bool_or({IN_FORCE}) OVER (PARTITION BY p.id) AS suspended,
       (SELECT last_used_day FROM access_use u
        WHERE u.account_id = :account AND u.person_id = p.id) AS last_used, {COLUMNS}
FROM page
JOIN person p ON p.id = page.id
JOIN access_grant g ON g.person_id = p.id AND g.account_id = :account AND {_LISTED}
JOIN account a ON a.id = g.account_id
{REGISTER_STATE}
ORDER BY page.place, p.id, lower(g.validity), g.id
""")


def people_of(
    connection: Connection,
    account_id: UUID,
    which: PeopleFilter = EVERYONE,
    *,
    at: datetime | None = None,
    after: UUID | None = None,
    limit: int,
    suspended_too: bool,
) -> list[PersonGrants]:
    """Return up to ``limit`` persons with access to this account, by name, after ``after``.

    ``suspended_too``: also those whose access is held back, and all of their grants.
    """
    page = {"after": after, "limit": limit}
    asked = {"account": account_id, "at": at, "suspended_too": suspended_too} | page
    rows = connection.execute(_PEOPLE_OF, asked | which.asked())
    return [
        PersonGrants(id_, name, has_access, suspended, last_used, grants)
        for (id_, name, has_access, suspended, last_used), grants in grouped(rows)
    ]
