"""Search the history: what happened, to whom, by whom, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import ActorKind, EventKind
from storage.audit.event_queries import BESIDE, NAMES, NamedEvent, named
from storage.audit.events import COLUMNS
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class EventSearch:
    """Which events to list: those for which all of these hold. None: any."""

    begins: datetime
    ends: datetime
    kind: EventKind | None = None
    account_id: UUID | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    actor_kind: ActorKind | None = None
    actor_id: str | None = None


_MATCHES = """e.at >= :begins AND e.at < :ends
  AND (CAST(:before_id AS bigint) IS NULL OR e.id < :before_id)
  AND (CAST(:kind AS text) IS NULL OR e.kind = :kind)
  AND (CAST(:account AS uuid) IS NULL OR e.account_id = :account)
  AND (CAST(:person AS uuid) IS NULL OR e.person_id = :person)
  AND (CAST(:subject AS uuid) IS NULL OR e.subject_id = :subject)
  AND (CAST(:actor_kind AS text) IS NULL OR e.actor ->> 'kind' = :actor_kind)
  AND (CAST(:actor AS text) IS NULL OR :actor IN (e.actor ->> 'id', e.actor ->> 'for'))"""
_SEARCH = text(f"""
SELECT {NAMES}, {COLUMNS} FROM event e {BESIDE}
WHERE {_MATCHES}
ORDER BY e.id DESC LIMIT :limit
""")


def search(
    connection: Connection, which: EventSearch, *, before_id: int | None, limit: int
) -> Sequence[NamedEvent]:
    """Return up to ``limit`` of these events that are older than ``before_id``, newest first."""
    asked = _asked(which, before_id) | {"limit": limit}
    return [named(row) for row in connection.execute(_SEARCH, asked)]


_COUNT = text(f"SELECT count(*) FROM event e WHERE {_MATCHES}")


def count(connection: Connection, which: EventSearch) -> int:
    """Return how many events there are of these."""
    return int(connection.execute(_COUNT, _asked(which, None)).scalar_one())


def _asked(which: EventSearch, before_id: int | None) -> dict[str, object]:
    return {
        "begins": which.begins,
        "ends": which.ends,
        "kind": which.kind,
        "account": which.account_id,
        "person": which.person_id,
        "subject": which.subject_id,
        "actor_kind": which.actor_kind,
        "actor": which.actor_id,
        "before_id": before_id,
    }
