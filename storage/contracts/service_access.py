"""Until when access by grants on a service lasts: as long as one of its contracts is in force.

``service.access_until`` follows from all contracts about the service on its account, in whatever
order they were told, set or called off. A service without contracts has no such moment. Neither has
one of which only history was told: the contract that is in force now comes with a later record. One
that nobody has agreed to yet holds nothing.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.reasons import Reason
from storage.access import grant_rows
from storage.access.grants import GrantChange
from storage.database import Session

OVER = Reason("contract_over", "The contract of its service is over")

# Of two transactions that end the contracts of a service, the later one sees that both have ended.
_LOCK = text("SELECT FROM service WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_FOLLOW = text("""
WITH known AS (
    SELECT s.id, s.access_until AS before,
        CASE WHEN bool_and(c.state IN ('ending', 'ended', 'declined', 'lapsed', 'cancelled'))
            THEN max(c.ends_at) END AS until
    FROM service s LEFT JOIN contract_service x ON x.service_id = s.id
        LEFT JOIN contract c ON c.id = x.contract_id AND c.account_id = s.account_id
            AND NOT c.is_history AND c.state NOT IN ('draft', 'offered')
    WHERE s.id = ANY(:ids) GROUP BY s.id
)
UPDATE service s SET access_until = k.until, updated_at = clock_timestamp() FROM known k
WHERE s.id = k.id AND k.until IS DISTINCT FROM k.before
""")
_GRANTS = text(f"""
SELECT g.id, g.account_id, g.person_id, g.role FROM access_grant g
WHERE g.service_id = ANY(:services) AND {grant_rows.in_force(moment="clock_timestamp()")}
ORDER BY g.id
""")


def follow(session: Session, service_ids: Collection[UUID]) -> None:
    """Let access by grants on these services last as their contracts say."""
    if service_ids:
        about = {"ids": sorted(service_ids)}
        session.execute(_LOCK, about)
        session.execute(_FOLLOW, about)


def followed(
    session: Session, service_ids: Collection[UUID], held: Sequence[GrantChange] = ()
) -> Sequence[GrantChange]:
    """Do as ``follow``; returns the grants that give no access any more.

    ``held``: those that gave access to these services before some of them followed already.
    """
    before = {each.grant_id: each for each in (*held, *in_force(session, service_ids))}
    follow(session, service_ids)
    left = {each.grant_id for each in in_force(session, service_ids)}
    return [each for id_, each in sorted(before.items()) if id_ not in left]


def in_force(session: Session, service_ids: Collection[UUID]) -> Sequence[GrantChange]:
    """Return the grants on these services that give access now."""
    found = session.execute(_GRANTS, {"services": list(service_ids)})
    over = OVER.as_json()
    return [GrantChange(row.id, row.account_id, row.person_id, row.role, over) for row in found]
