"""Count the access requests that wait for a person's answer."""

from uuid import UUID

from sqlalchemy import text

from storage.access_requests.reach import GIVES, accounts
from storage.database import Connection

_OPEN = f"""(r.state = 'open' AND r.lapses_at > statement_timestamp() AND r.applicant_id <> :person
    AND EXISTS (SELECT FROM access_grant g
                WHERE g.account_id = a.id AND g.person_id = :person AND {GIVES}))"""
_MINE = "a.id IN (SELECT account_id FROM access_grant WHERE person_id = :person)"
_COUNT = text(f"""
SELECT count(*) FROM (
    SELECT DISTINCT request_id FROM {accounts(f"{_MINE} AND {_OPEN}")} reached LIMIT :most) waiting
""")


def count(connection: Connection, person_id: UUID, *, most: int) -> int:
    """Return how many open requests this person could approve on any account, up to ``most``."""
    asked = {"person": person_id, "most": most}
    found: int = connection.execute(_COUNT, asked).scalar_one()
    return found
