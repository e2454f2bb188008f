"""Count the approvals that wait for a person's confirmation."""

from uuid import UUID

from sqlalchemy import text

from storage.access.grant_rows import in_force
from storage.access.representatives import REPRESENTS
from storage.database import Connection

_COUNT = text(f"""
WITH represented AS MATERIALIZED (
    SELECT DISTINCT o.id, o.company_id FROM access_grant g JOIN account o ON o.id = g.account_id
    WHERE g.person_id = :person AND {REPRESENTS} AND {in_force("g", "statement_timestamp()")}
)
SELECT count(*) FROM (
    SELECT FROM approval a
    JOIN represented o ON o.id = a.account_id AND o.company_id = a.company_id
    WHERE a.ended_at IS NULL AND a.lapses_at > statement_timestamp()
      AND NOT EXISTS (
          SELECT FROM approval_confirmation c
          WHERE c.approval_id = a.id AND c.person_id = :person AND c.taken_back_at IS NULL)
    LIMIT :most) waiting
""")


def count(connection: Connection, person_id: UUID, *, most: int) -> int:
    """Return how many open approvals this person may confirm and has not, up to ``most``."""
    asked = {"person": person_id, "most": most}
    found: int = connection.execute(_COUNT, asked).scalar_one()
    return found
