"""Reading history: one account's, newest first, and everyone's, in the order of the chain."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

_EVENT = """e.id, e.at, e.kind, e.actor, e.subject_id, e.account_id, e.company_id, e.person_id,
       e.reason, e.before, e.after"""

_HISTORY = text(f"""
SELECT {_EVENT}, p.name AS person_name
FROM event e LEFT JOIN person p ON p.id = e.person_id
WHERE e.account_id = :account AND (CAST(:before_id AS bigint) IS NULL OR e.id < :before_id)
ORDER BY e.id DESC LIMIT :limit
""")

_FEED = text(f"""
SELECT s.position, s.hash, {_EVENT}
FROM event_seal s JOIN event e ON e.id = s.event_id
WHERE s.position > :after ORDER BY s.position LIMIT :limit
""")

_ABOUT = text("""
SELECT id, at, kind, subject_id FROM event
WHERE subject_id = ANY(:subjects) ORDER BY id
""")


def history(
    connection: Connection, account_id: UUID, *, before_id: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to ``limit`` events of this account that are older than ``before_id``, newest first."""
    asked = {"account": account_id, "before_id": before_id, "limit": limit}
    return connection.execute(_HISTORY, asked).all()


def feed(connection: Connection, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Up to ``limit`` sealed events after this position, in the order of the chain."""
    return connection.execute(_FEED, {"after": after, "limit": limit}).all()


def about(connection: Connection, subjects: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Id, time, kind and subject of every event about these rows, oldest first."""
    return connection.execute(_ABOUT, {"subjects": list(subjects)}).all()
