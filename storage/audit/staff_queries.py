"""Reads the names of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from storage.id_prefix import IdPrefix


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """A member of staff who has acted."""

    id: str
    name: str | None
    """None: it is erased."""
    first_acted_at: datetime
    last_acted_at: datetime


_LAST_ACTED = text("""
SELECT id, name, first_acted_at, last_acted_at FROM staff
WHERE CAST(:at AS timestamptz) IS NULL OR (last_acted_at, id) < (:at, :id)
ORDER BY last_acted_at DESC, id DESC LIMIT :limit
""")


# By the index ix_event_break_glass.
_BROKE_GLASS = text("""
SELECT count(*) FROM event
WHERE kind = 'break_glass:used' AND at > clock_timestamp() - interval '24 hours'
""")


def broke_glass(connection: Connection) -> int:
    """How many commands were run without a sign-in in the last 24 hours."""
    return int(connection.execute(_BROKE_GLASS).scalar_one())


def last_acted(
    connection: Connection, *, limit: int, before: tuple[datetime, str] | None = None
) -> Sequence[KnownStaff]:
    """Up to ``limit`` members of staff, those who acted last first.

    ``before``: when the last one of the page before acted, and their id.
    """
    at, id_ = before or (None, None)
    rows = connection.execute(_LAST_ACTED, {"at": at, "id": id_, "limit": limit})
    return [KnownStaff(*row) for row in rows]


_IDS = text("SELECT id FROM staff WHERE id BETWEEN :least AND :most ORDER BY id LIMIT 5")


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Up to five members of staff whose id begins so. Their ids are kept as text."""
    asked = {"least": str(prefix.least), "most": str(prefix.most)}
    return [UUID(id_) for id_ in connection.execute(_IDS, asked).scalars()]
