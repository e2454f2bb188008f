"""Reading processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.processes import ProcessType, WaitsFor
from storage.database import Connection, Session

COLUMNS = """p.id, p.type, p.workflow_id, p.account_id, p.waits_for, p.asked_at, p.started_at,
    p.tried_at, p.ended_at, p.checked_at, p.traceparent, clock_timestamp()"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it was at ``read_at``, by the database's clock."""

    id: UUID
    type: ProcessType
    workflow_id: str
    account_id: UUID | None
    waits_for: WaitsFor | None
    asked_at: datetime
    started_at: datetime | None
    tried_at: datetime | None
    ended_at: datetime | None
    checked_at: datetime | None
    traceparent: str | None
    """Trace context of whoever asked for it, if that was traced."""
    read_at: datetime

    def __post_init__(self) -> None:
        """Give the columns of closed sets their enums."""
        object.__setattr__(self, "type", ProcessType(self.type))
        waits_for = WaitsFor(self.waits_for) if self.waits_for else None
        object.__setattr__(self, "waits_for", waits_for)

    @property
    def is_open(self) -> bool:
        """Return whether the process has not ended."""
        return self.ended_at is None


_READ = text(f"SELECT {COLUMNS} FROM process p WHERE p.id = :id")


def read(connection: Connection | Session, process_id: UUID) -> Process | None:
    """Read one process; None: there is none, or none any more."""
    row = connection.execute(_READ, {"id": process_id}).one_or_none()
    return None if row is None else Process(*row)


_OPEN_PAGE = text(f"""
SELECT {COLUMNS} FROM process p
WHERE p.ended_at IS NULL AND (CAST(:after AS uuid) IS NULL OR p.id > :after)
ORDER BY p.id LIMIT :limit
""")


def open_page(connection: Connection, *, after: UUID | None, limit: int) -> list[Process]:
    """Read open processes, by id, from the one that follows ``after``."""
    rows = connection.execute(_OPEN_PAGE, {"after": after, "limit": limit})
    return [Process(*row) for row in rows]


_OPEN_AMONG = text("""
SELECT workflow_id FROM process WHERE workflow_id = ANY(:ids) AND ended_at IS NULL
""")


def open_among(connection: Connection, workflow_ids: Sequence[str]) -> set[str]:
    """Return those of these workflow ids that belong to open processes."""
    return set(connection.execute(_OPEN_AMONG, {"ids": list(workflow_ids)}).scalars())
