"""Reading rejected records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.registry.sync import SyncSource
from storage.database import Connection
from storage.registry.rejected_records import QUERY_ANSWERS

Place = tuple[datetime, UUID]
"""Where a page ended: ``first_seen_at`` and id of its last record."""
IMPORTS = "import:"
"""Begins ``found_in`` of lines of imports."""


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
    company_code: str | None
    company_name: str | None
    resolved_at: datetime | None
    """When it could be used after all."""

    @property
    def tried_again_by(self) -> SyncSource | None:
        """The run that tries it again; None: none does, somebody mends it."""
        if self.resolved_at is not None or self.found_in.startswith(IMPORTS):
            return None
        if self.found_in != QUERY_ANSWERS:
            return SyncSource.FILE
        return SyncSource.COMPANY if self.company_id else None


@dataclass(frozen=True, slots=True)
class RejectedGroup:
    """Records that are rejected for the same reason in the same place."""

    found_in: str
    code: str
    count: int
    oldest: datetime


_COLUMNS = """r.id, r.found_in, r.key, c.id, r.code, r.detail, r.occurrences, r.run_id,
    r.first_seen_at, r.last_seen_at, c.code, c.name, r.resolved_at"""

_OPEN = text(f"""
SELECT {_COLUMNS} FROM rejected_record r LEFT JOIN company c ON c.id = r.company_id
WHERE r.resolved_at IS NULL AND (CAST(:found_in AS text) IS NULL OR r.found_in = :found_in)
  AND (CAST(:code AS text) IS NULL OR r.code = :code)
  AND (CAST(:moment AS timestamptz) IS NULL
       OR (r.first_seen_at, r.id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))
ORDER BY r.first_seen_at DESC, r.id DESC LIMIT :limit
""")

# A part of an answer (``CODE/part``) is kept without the company's id.
_ONE = text(f"""
SELECT {_COLUMNS} FROM rejected_record r LEFT JOIN LATERAL (
    SELECT id, code, name FROM company
    WHERE id = r.company_id OR (r.company_id IS NULL AND r.found_in = '{QUERY_ANSWERS}'
        AND code = split_part(r.key, '/', 1))
    LIMIT 1) c ON TRUE
WHERE r.id = :id
""")

_GROUPS = text("""
SELECT found_in, code, count(*), min(first_seen_at) FROM rejected_record
WHERE resolved_at IS NULL GROUP BY found_in, code ORDER BY count(*) DESC, found_in, code
""")


def rejected_records(
    connection: Connection,
    *,
    found_in: str | None = None,
    code: str | None = None,
    before: Place | None = None,
    limit: int,
) -> list[RejectedRecord]:
    """Return up to ``limit`` records that are rejected still, newest first."""
    moment, id_ = before or (None, None)
    which = {"found_in": found_in, "code": code}
    parameters = which | {"moment": moment, "id": id_, "limit": limit}
    return [RejectedRecord(*row) for row in connection.execute(_OPEN, parameters)]


def rejected_record(connection: Connection, record_id: UUID) -> RejectedRecord | None:
    """Return a record, rejected still or not; None: there is none."""
    row = connection.execute(_ONE, {"id": record_id}).one_or_none()
    return None if row is None else RejectedRecord(*row)


def groups(connection: Connection) -> Sequence[RejectedGroup]:
    """Count the records that are rejected still, by place and reason."""
    return [RejectedGroup(*row) for row in connection.execute(_GROUPS)]
