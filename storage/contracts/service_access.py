"""Until when access by grants on a service lasts: as long as one of its contracts is in force.

``service.access_until`` follows from all contracts about the service on its account, in whatever
order they were told, set or called off. A service without contracts has no such moment.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.reasons import Reason
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
    WHERE s.id = ANY(:ids) GROUP BY s.id
)
UPDATE service s SET access_until = k.until, updated_at = clock_timestamp() FROM known k
WHERE s.id = k.id AND k.until IS DISTINCT FROM k.before
RETURNING s.id, k.until <= clock_timestamp()
    AND (k.before IS NULL OR k.before > clock_timestamp()) AS is_closed
""")
_GRANTS = text("""
SELECT id, account_id, person_id, role FROM access_grant
WHERE service_id = ANY(:services) AND validity @> clock_timestamp() ORDER BY id
""")


def follow(session: Session, service_ids: Collection[UUID]) -> Sequence[UUID]:
    """Let access to these services last as their contracts say; returns where it ended by that."""
    if not service_ids:
        return []
    about = {"ids": sorted(service_ids)}
    session.execute(_LOCK, about)
    return [row.id for row in session.execute(_FOLLOW, about) if row.is_closed]


def grants_of(session: Session, service_ids: Sequence[UUID]) -> Sequence[GrantChange]:
    """Return the grants on these services, none of which gives access any more."""
    if not service_ids:
        return []
    found = session.execute(_GRANTS, {"services": list(service_ids)})
    return [
        GrantChange(row.id, row.account_id, row.person_id, row.role, OVER.as_json())
        for row in found
    ]
