"""Read who is behind a phone number: who has its SIM, and whose private account it is on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection

_HOLDERS = text("""
SELECT s.user_id AS id FROM service s
WHERE s.number = :number AND s.status <> 'ended' AND s.user_id IS NOT NULL
UNION
SELECT a.person_id FROM service s JOIN account a ON a.id = s.account_id
WHERE s.number = :number AND s.status <> 'ended' AND a.person_id IS NOT NULL
ORDER BY id LIMIT :limit
""")


def holders(connection: Connection, number: str, *, limit: int) -> Sequence[UUID]:
    """Return up to ``limit`` persons behind this number in E.164, by id."""
    return connection.execute(_HOLDERS, {"number": number, "limit": limit}).scalars().all()
