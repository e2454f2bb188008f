"""Reading bars: whom proved numbers give no access to an account."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.bars import Bar
from domain.identifiers import PersonKey
from storage.access.grant_rows import MOMENT
from storage.database import Connection

_OPEN_ON = text("""
SELECT b.id, b.account_id, b.person_id, p.name, b.begun_at, b.begun_by, w.name
FROM access_bar b JOIN person p ON p.id = b.person_id JOIN person w ON w.id = b.begun_by
WHERE b.account_id = :account AND b.lifted_at IS NULL
  AND (CAST(:after AS uuid) IS NULL OR b.id > :after)
ORDER BY b.id LIMIT :limit
""")


def barred(person: str, account: str, moment: str) -> str:
    """SQL: since when a person is barred on an account, all of them SQL expressions."""
    return f"""
SELECT b.begun_at FROM access_bar b
WHERE b.account_id = {account} AND b.person_id = {person}
  AND b.begun_at <= {moment} AND (b.lifted_at IS NULL OR b.lifted_at > {moment})
"""


_PERSON = """COALESCE(CAST(:person AS uuid), (
    SELECT id FROM person WHERE country = :country AND code = :code))"""
_SINCE = text(barred(_PERSON, ":account", MOMENT))


def open_on(
    connection: Connection, account_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Bar]:
    """Return up to ``limit`` bars in force on an account, by id, after ``after``."""
    asked = {"account": account_id, "after": after, "limit": limit}
    return [Bar(*row) for row in connection.execute(_OPEN_ON, asked)]


def since(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
) -> datetime | None:
    """Return since when this person is barred on this account, now or at ``at``; None: not."""
    id_, key = (person, None) if isinstance(person, UUID) else (None, person)
    asked = {
        "person": id_,
        "country": key and key.country,
        "code": key and key.code,
        "account": account_id,
        "at": at,
    }
    found: datetime | None = connection.execute(_SINCE, asked).scalar_one_or_none()
    return found
