"""Read what companies and persons are called, where either may be meant."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection

_NAMES = text("""
SELECT id, concat_ws(' ', NULLIF(name, ''), code) AS name FROM company WHERE id = ANY(:ids)
UNION ALL SELECT id, COALESCE(NULLIF(name, ''), CAST(id AS text)) FROM person
WHERE id = ANY(:ids) AND erased_at IS NULL
""")


def names(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these companies, with their codes, and of these persons, without.

    Of a person whom nobody named the id. Those who are erased are left out.
    """
    return {row.id: row.name for row in connection.execute(_NAMES, {"ids": list(ids)})}
