"""Which processes run, as the database says: each should have a workflow that goes on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlmodel import Session

OPERATIONS = ("bulk_retry", "refresh", "resend")
"""Kinds of operation that have a workflow, called after them."""

_KINDS = ", ".join(f"'{kind}'" for kind in OPERATIONS)

# A verification whose SMS was taken back (Temporal was away) has no workflow, and needs none. The
# caretaker starts pending operations but refreshes, for which a person waits.
OPEN = f"""
SELECT id, 'number_verification' AS process, 'number_verification/' || id AS workflow_id,
    CAST(NULL AS uuid) AS account_id, created_at AS started_at, FALSE AS begins_by_itself
FROM verification WHERE state = 'sent' AND method = 'sms' AND sends > 0
UNION ALL
SELECT id, 'register_sync', 'register_sync/' || source || '/' || subject, NULL, started_at, FALSE
FROM sync_run WHERE state IN ('running', 'held')
UNION ALL
SELECT id, kind, kind || '/' || id, account_id, created_at,
    state = 'pending' AND kind <> 'refresh'
FROM operation WHERE state IN ('pending', 'running') AND kind IN ({_KINDS})
"""

_PAGE = text(f"""
SELECT p.*, k.state AS stuck_state, clock_timestamp() AS seen_at
FROM (
    SELECT * FROM ({OPEN}) o
    WHERE id > :after AND started_at < clock_timestamp() - CAST(:young AS interval)
    ORDER BY id LIMIT :limit
) p LEFT JOIN stuck k ON k.process_id = p.id AND k.kind = 'broken' AND k.state <> 'closed'
ORDER BY p.id
""")
_ONE = text(f"""
SELECT p.*, k.state AS stuck_state, clock_timestamp() AS seen_at
FROM ({OPEN}) p
LEFT JOIN stuck k ON k.process_id = p.id AND k.kind = 'broken' AND k.state <> 'closed'
WHERE p.id = :id
""")


def page(
    connection: Connection, *, after: UUID, limit: int, young: timedelta
) -> Sequence[Row[Any]]:
    """Up to ``limit`` processes in the order of their ids, those younger than that left out.

    ``stuck_state`` is how the process itself is listed as stuck, if it is.
    """
    asked = {"after": after, "limit": limit, "young": young}
    return connection.execute(_PAGE, asked).all()


def find(connection: Connection, process_id: UUID) -> Row[Any] | None:
    """The same of one process; None: it does not run."""
    return connection.execute(_ONE, {"id": process_id}).one_or_none()


_ROWS = {
    "number_verification": """
        SELECT *, GREATEST(expires_at - clock_timestamp(), interval '0') AS life_left
        FROM verification WHERE id = :id""",
    # A run about single companies that has not begun has them in its subject only.
    "register_sync": """
        SELECT *, CASE WHEN source <> 'company' THEN '{}'
            ELSE ARRAY(SELECT company_id FROM sync_change c WHERE c.run_id = r.id
                UNION SELECT id FROM company WHERE CAST(id AS text) = split_part(r.subject, ':', 1)
            ) END AS company_ids
        FROM sync_run r WHERE id = :id""",
}


def row(session: Session, process: str, process_id: UUID) -> Row[Any]:
    """Everything that its workflow can be started from."""
    statement = _ROWS.get(process, "SELECT * FROM operation WHERE id = :id")
    return session.execute(text(statement), {"id": process_id}).one()
