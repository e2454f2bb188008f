"""Held runs that logins opened: each is about one company, and many may wait at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.registry.sync import LOGIN_MARK
from storage.database import Connection

_HELD = """
FROM sync_run
WHERE state = 'held' AND source = 'company' AND position(CAST(:mark AS text) IN subject) > 0
"""
_PREVIEW = text(f"""
SELECT count(*) AS runs, COALESCE(sum(CAST(preview->'ending'->>'total' AS int)
           + CAST(preview->'suspending'->>'total' AS int)), 0) AS ending,
       COALESCE(sum(CAST(preview->'starting'->>'total' AS int)), 0) AS starting {_HELD}
""")
_IDS = text(f"SELECT id {_HELD} ORDER BY started_at, id LIMIT :limit")


@dataclass(frozen=True, slots=True)
class HeldLogins:
    """Number of held runs that logins opened, and of grants that they would end and start.

    ``ending`` counts those that they would suspend, too.
    """

    runs: int
    ending: int
    starting: int


def preview(connection: Connection) -> HeldLogins:
    """Count them, and what they would do."""
    row = connection.execute(_PREVIEW, {"mark": LOGIN_MARK}).one()
    return HeldLogins(row.runs, row.ending, row.starting)


def ids(connection: Connection, *, limit: int) -> Sequence[UUID]:
    """The longest waiting of them."""
    return connection.execute(_IDS, {"mark": LOGIN_MARK, "limit": limit}).scalars().all()
