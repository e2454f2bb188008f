"""Read who can manage access to an account alone: by the register, as its owner, or delegated."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import ACCESS_ROLES, Permission
from storage.access.grant_rows import IN_FORCE
from storage.database import Connection

_ROLES = [
    name for name, role in ACCESS_ROLES.items() if Permission.ACCESS_MANAGE in role.permissions
]
_LEFT = text(f"""
SELECT DISTINCT g.person_id, COALESCE(g.person_id = :first, false) AS is_first
FROM access_grant g
WHERE g.account_id = :account AND g.service_id IS NULL AND {IN_FORCE}
  AND CASE WHEN g.permissions IS NULL THEN g.role = ANY(:roles)
      ELSE :permission = ANY(g.permissions) END
  AND NOT g.id = ANY(:grants)
  AND (g.delegation_id IS NULL OR NOT g.delegation_id = ANY(:delegations))
ORDER BY is_first DESC, g.person_id LIMIT :limit
""")


def managers_left(
    connection: Connection,
    account_id: UUID,
    *,
    without: Collection[UUID] = (),
    without_delegations: Collection[UUID] = (),
    at: datetime | None = None,
    first: UUID | None = None,
    limit: int = 10,
) -> Sequence[UUID]:
    """Return up to ``limit`` persons who can manage access to this account, now or at ``at``.

    ``without``: grants that are taken as ended, and so are those of ``without_delegations``.
    ``first``: the person who comes first if they are one of them. A moment to come is answered as
    far as grants and suspensions are known now.
    """
    asked = {
        "account": account_id,
        "first": first,
        "roles": _ROLES,
        "permission": Permission.ACCESS_MANAGE.value,
        "grants": list(without),
        "delegations": list(without_delegations),
        "at": at,
        "limit": limit,
    }
    return [row.person_id for row in connection.execute(_LEFT, asked)]
