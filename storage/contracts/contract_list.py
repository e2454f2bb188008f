"""Read the contracts of one account, or of one person, by pages, the newest first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from storage.contracts import rows
from storage.contracts.rows import OPEN, StoredContract
from storage.database import Connection

# Two pages by two indexes, of which the newest are one.
_SOME = """
SELECT c.id, c.created_at FROM contract c
WHERE c.{side}account_id = :account {others}
  AND (CAST(:owner AS uuid) IS NULL OR c.{side}owner_id = :owner)
  AND (c.created_at, c.id) < (
      COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid)) {{which}}
ORDER BY c.created_at DESC, c.id DESC LIMIT :limit
"""
_PAGE = f"""
SELECT {rows.COLUMNS} FROM contract c
WHERE c.id IN (SELECT id FROM ({_SOME.format(side="", others="")}) own UNION ALL SELECT id FROM (
    {_SOME.format(side="host_", others="AND c.account_id <> :account")}) resting)
ORDER BY c.created_at DESC, c.id DESC LIMIT :limit
"""
_PAGES = {
    True: text(_PAGE.format(which=f"AND c.{OPEN}")),
    False: text(_PAGE.format(which="")),
}
_OF_PERSON = text(f"""
SELECT {rows.COLUMNS} FROM contract c WHERE c.person_id = :person AND (c.created_at, c.id) < (
    COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid))
ORDER BY c.created_at DESC, c.id DESC LIMIT :limit
""")
_COUNT_OFFERED = text("""
SELECT count(*) FROM (SELECT FROM contract WHERE person_id = :person AND state = 'offered'
    AND (agree_by IS NULL OR agree_by > clock_timestamp()) LIMIT :most) few
""")
_LAST = UUID(int=2**128 - 1)


def page_of(
    connection: Connection,
    account_id: UUID,
    *,
    owner_id: UUID | None,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[StoredContract]:
    """Return contracts on this account, and those on others that rest on its numbers.

    ``owner_id``: of this owner only; None: of earlier owners as well. ``before``: time and id of
    the last contract of the page before.
    """
    at, id_ = before or (None, _LAST)
    asked = {"account": account_id, "owner": owner_id, "before": at, "before_id": id_}
    found = connection.execute(_PAGES[only_open], asked | {"limit": limit})
    return [rows.stored(row) for row in found]


def page_of_person(
    connection: Connection,
    person_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[StoredContract]:
    """Return contracts whose party is this person as a user, on any account.

    ``before``: time and id of the last contract of the page before.
    """
    at, id_ = before or (None, _LAST)
    asked = {"person": person_id, "before": at, "before_id": id_, "limit": limit}
    return [rows.stored(row) for row in connection.execute(_OF_PERSON, asked)]


def count_offered(connection: Connection, person_id: UUID, *, most: int) -> int:
    """Return how many contracts of this person's own they may agree to, up to ``most``."""
    asked = {"person": person_id, "most": most}
    return int(connection.execute(_COUNT_OFFERED, asked).scalar_one())
