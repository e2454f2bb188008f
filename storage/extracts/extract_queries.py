"""Read extracts: those of an account by pages, and the chunks of a file one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.call_details.extracts import FileFormat
from storage.audit import event_notes
from storage.database import Connection, Database
from storage.extracts.rows import COLUMNS, StoredExtract, extract_of

_NAMED = f"{COLUMNS}, p.name AS made_by, {event_notes.text_of('e.note_id')} AS purpose"
_LIST = text(f"""
SELECT {_NAMED} FROM extract e JOIN person p ON p.id = e.person_id
WHERE e.account_id = :account AND (CAST(:person AS uuid) IS NULL OR e.person_id = :person)
    AND (CAST(:since AS timestamptz) IS NULL OR e.requested_at >= :since)
    AND (CAST(:at AS timestamptz) IS NULL OR (e.requested_at, e.id) < (:at, :id))
ORDER BY e.requested_at DESC, e.id DESC LIMIT :limit
""")
_ONE = text(f"""
SELECT {_NAMED} FROM extract e JOIN person p ON p.id = e.person_id
WHERE e.account_id = :account AND e.id = :id
""")
_CHUNK = text("""
SELECT content FROM extract_chunk WHERE extract_id = :id AND format = :format AND number = :number
""")


@dataclass(frozen=True, slots=True)
class NamedExtract:
    """An extract, and the name of whoever asked for it; empty: no name is known."""

    extract: StoredExtract
    made_by: str
    purpose: str | None
    """Purpose, in the maker's words; None: nobody was asked, or it is erased."""


class Incomplete(Exception):
    """A file ends before it should: it was deleted meanwhile, and must not look whole."""


def of_account(
    connection: Connection,
    account_id: UUID,
    *,
    person_id: UUID | None,
    since: datetime | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[NamedExtract]:
    """Return extracts of an account, the newest first.

    ``person_id``: only theirs; None: all. ``since``: only those asked for then or later.
    """
    at, id_ = before or (None, None)
    asked = {"account": account_id, "person": person_id, "at": at, "id": id_, "limit": limit}
    asked["since"] = since
    return [_named(row) for row in connection.execute(_LIST, asked)]


def one(connection: Connection, account_id: UUID, extract_id: UUID) -> NamedExtract | None:
    """Return an extract of this account, None where there is none."""
    row = connection.execute(_ONE, {"account": account_id, "id": extract_id}).one_or_none()
    return None if row is None else _named(row)


def _named(row: Row[Any]) -> NamedExtract:
    return NamedExtract(extract_of(row), row.made_by, row.purpose)


def content(database: Database, extract: StoredExtract, file: FileFormat) -> Iterator[bytes]:
    """Yield a file chunk by chunk: never is all of it in memory, nor a connection held.

    Raises Incomplete where a chunk is missing.
    """
    size, number = 0, 0
    while size < (extract.size(file) or 0):
        with database.single_read() as connection:
            part = chunk(connection, extract.id, file, number)
        if part is None:
            raise Incomplete
        yield part
        size, number = size + len(part), number + 1


def chunk(connection: Connection, extract_id: UUID, file: FileFormat, number: int) -> bytes | None:
    """Return a chunk of a file, counted from 0; None: there is none."""
    asked = {"id": extract_id, "format": file, "number": number}
    found: bytes | None = connection.execute(_CHUNK, asked).scalar_one_or_none()
    return found
