"""Progress of reading an extract: each part of its CSV is written together with what follows it.

So a repetition after a killed worker goes on behind the last part: no row is missing or there
twice. Of two attempts at a part the one that commits first counts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.call_details.extracts import FileFormat
from domain.processes import WaitsFor
from storage.database import Connection, Session
from storage.requests import operations

_PLACE = text("""
SELECT e.cursor, e.as_of, e.chunks, e.rows, e.is_read, e.restarts,
    e.read_to, e.csv_size, EXISTS (
    SELECT FROM target WHERE name = 'billing' AND state <> 'available') AS is_paused
FROM extract e WHERE e.id = :id AND e.state = 'making'
""")
_ADVANCE = text("""
UPDATE extract SET cursor = :cursor, as_of = :as_of, is_read = :is_read, rows = rows + :rows,
    read_to = COALESCE(:read_to, read_to),
    rejected = rejected + :rejected, csv_size = csv_size + :size,
    chunks = chunks + CASE WHEN :size > 0 THEN 1 ELSE 0 END, waits_since = NULL
WHERE id = :id AND state = 'making' AND NOT is_read AND chunks = :before
    AND cursor IS NOT DISTINCT FROM CAST(:at_cursor AS text) AND restarts = :restarts
RETURNING rows
""")
_KEEP = text("""
INSERT INTO extract_chunk (extract_id, format, number, content)
VALUES (:id, :format, :number, :content)
""")
_PROGRESS = text("""
UPDATE operation SET updated_at = clock_timestamp(),
    progress = jsonb_build_object('done', CAST(:rows AS bigint), 'total', NULL)
WHERE id = :id AND state = 'running'
""")
_RESTART = text("""
UPDATE extract SET cursor = NULL, as_of = NULL, chunks = 0, rows = 0, rejected = 0, csv_size = 0,
    read_to = NULL, waits_since = NULL,
    restarts = restarts + 1
WHERE id = :id AND state = 'making' AND NOT is_read AND restarts = :restarts AND restarts < :most
RETURNING rows
""")
_WAITS = text("""
UPDATE extract SET waits_since = clock_timestamp()
WHERE id = :id AND state = 'making' AND waits_since IS NULL
""")
_EMPTY = text("DELETE FROM extract_chunk WHERE extract_id = :id")


class Place(NamedTuple):
    """Place at which the reading of an extract goes on."""

    cursor: str | None
    """None: at the beginning."""
    as_of: str | None
    """None: billing has not been asked."""
    chunks: int
    rows: int
    is_read: bool
    restarts: int
    read_to: datetime | None
    """Start of the last record before it."""
    csv_size: int
    """Bytes before it."""
    is_paused: bool = False
    """Nothing is to be asked of billing now."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an extract's CSV, and where reading goes on behind it."""

    content: bytes
    """May be empty: no record of what was read is taken."""
    rows: int
    rejected: int
    read_to: datetime | None
    """Start of its last record, taken or not; None: there is none."""
    as_of: str
    cursor: str | None
    """None: that was all."""


def place(connection: Connection, extract_id: UUID) -> Place | None:
    """Return where reading goes on; None: the extract is not in the making any more."""
    found = connection.execute(_PLACE, {"id": extract_id}).one_or_none()
    return None if found is None else Place(*found)


def begin(session: Session, extract_id: UUID) -> None:
    """Record that its workflow runs, and waits for billing. Idempotent."""
    operations.running(session, extract_id, WaitsFor.BILLING)


def waits(session: Session, extract_id: UUID) -> None:
    """Record that billing was asked in vain. Idempotent: the first time since a part counts."""
    session.execute(_WAITS, {"id": extract_id})


def advance(session: Session, extract_id: UUID, before: Place, part: Part) -> Place | None:
    """Keep a part that was read from ``before`` on; returns the place behind it.

    None: it does not count. The extract has ended, or another attempt has kept that part.
    """
    size = len(part.content)
    asked = {
        "id": extract_id,
        "cursor": part.cursor,
        "as_of": part.as_of,
        "is_read": part.cursor is None,
        "rows": part.rows,
        "rejected": part.rejected,
        "read_to": part.read_to,
        "size": size,
        "before": before.chunks,
        "at_cursor": before.cursor,
        "restarts": before.restarts,
    }
    if session.execute(_ADVANCE, asked).one_or_none() is None:
        return None
    if part.content:
        keep(session, extract_id, FileFormat.CSV, before.chunks, part.content)
    found = place(session.connection(), extract_id)
    if found is not None:
        session.execute(_PROGRESS, {"id": extract_id, "rows": found.rows})
        return found._replace(is_paused=False)
    return None


def keep(session: Session, extract_id: UUID, file: FileFormat, number: int, content: bytes) -> None:
    """Write a chunk of a file."""
    values = {"id": extract_id, "format": file, "number": number, "content": content}
    session.execute(_KEEP, values)


def restart(session: Session, extract_id: UUID, before: Place, *, most: int) -> Place | None:
    """Begin again from nothing: billing does not know the place any more.

    Returns the place to begin at; None: it has begun again ``most`` times already, or has ended.
    """
    asked = {"id": extract_id, "restarts": before.restarts, "most": most}
    if session.execute(_RESTART, asked).one_or_none() is None:
        return None
    session.execute(_EMPTY, {"id": extract_id})
    session.execute(_PROGRESS, {"id": extract_id, "rows": 0})
    found = place(session.connection(), extract_id)
    return None if found is None else found._replace(is_paused=False)
