"""Read when services came from another account: what was before is not of this account."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_SINCE = text("""
SELECT e.subject_id, max(e.at) AS at FROM event e
WHERE e.subject_id = ANY(:services) AND e.kind = 'service:changed'
  AND e.after ->> 'account_id' = :account AND e.before ->> 'account_id' <> :account
GROUP BY e.subject_id
""")


def since(
    connection: Connection, account_id: UUID, service_ids: Collection[UUID]
) -> dict[UUID, datetime]:
    """Return when these services came to this account; those that had no other are left out."""
    if not service_ids:
        return {}
    asked = {"services": list(service_ids), "account": str(account_id)}
    return {row.subject_id: row.at for row in connection.execute(_SINCE, asked)}
