"""Read the numbers that people proved to get access."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from domain.people.erasure import ERASED_NUMBER
from storage.database import Connection

_OF_GRANTS = text("""
SELECT g.id, v.number FROM access_grant g JOIN verification v ON v.id = g.proof
WHERE g.id = ANY(:ids) AND g.origin = 'number_verification' AND v.number <> :erased
""")


def of_grants(connection: Connection, grant_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the number, in E.164, of each of these grants that rests on one."""
    rows = connection.execute(_OF_GRANTS, {"ids": list(grant_ids), "erased": ERASED_NUMBER})
    return {row.id: row.number for row in rows}
