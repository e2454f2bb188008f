"""Reading rejected records."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection

Place = tuple[datetime, UUID]
"""Where a page ended: ``first_seen_at`` and id of its last record."""


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that could not be used."""

    id: UUID
    found_in: str
    """The file, import or service that the record came from."""
    key: str
    company_id: UUID | None
    code: str
    detail: str
    occurrences: int
    run_id: UUID | None
    first_seen_at: datetime
    last_seen_at: datetime


_OPEN = text("""
SELECT id, found_in, key, company_id, code, detail, occurrences, run_id, first_seen_at, last_seen_at
FROM rejected_record
WHERE resolved_at IS NULL AND (CAST(:found_in AS text) IS NULL OR found_in = :found_in)
  AND (CAST(:moment AS timestamptz) IS NULL
       OR (first_seen_at, id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))
ORDER BY first_seen_at DESC, id DESC LIMIT :limit
""")


def rejected_records(
    connection: Connection, *, found_in: str | None = None, before: Place | None = None, limit: int
) -> list[RejectedRecord]:
    """Return up to ``limit`` records that are rejected still, newest first."""
    moment, id_ = before or (None, None)
    parameters = {"found_in": found_in, "moment": moment, "id": id_, "limit": limit}
    return [RejectedRecord(*row) for row in connection.execute(_OPEN, parameters)]
