"""Use cases of whoever made an extract: have its files, cancel it, delete it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.call_details.extracts import ExtractRefusal, ExtractState, FileFormat
from services.errors import NotFound, Refused
from services.extracts.reads import may_have, viewer_of
from storage.database import Connection, Database, Session
from storage.extracts import ends, extract_queries, rows
from storage.extracts.rows import StoredExtract


class Own(NamedTuple):
    """An extract that a person says is theirs."""

    account_id: UUID
    person_id: UUID
    id: UUID
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class File:
    """A file of an extract, as it is handed over."""

    extract: StoredExtract
    format: FileFormat
    size: int
    """Bytes."""
    chunks: Iterator[bytes]
    """Raises ``storage.extracts.extract_queries.Incomplete`` where it is deleted meanwhile."""


def open_file(
    database: Database,
    which: Own,
    format_: FileFormat,
    *,
    actor: Actor,
) -> File:
    """Hand a file of an extract to whoever made it, and record that.

    They must still be allowed what it shows: access that has ended since is no access.

    Raises:
        NotFound: no such extract of theirs, no such file of it, or not theirs to see any more.
        Refused: ``extract_not_ready``, or ``extract_expired``: its files are deleted.
    """
    with database.transaction() as session:
        extract = _own(session.connection(), which)
        if extract.state is ExtractState.DROPPED:
            raise Refused(ExtractRefusal.EXPIRED)
        if extract.state is not ExtractState.READY:
            raise Refused(ExtractRefusal.NOT_READY)
        size = extract.size(format_)
        if size is None or not may_have(session.connection(), extract, which.zone):
            raise NotFound
        ends.downloaded(session, extract, format_, actor=actor)
    chunks = extract_queries.content(database, extract, format_)
    return File(extract, format_, size, chunks)


def cancel(session: Session, which: Own, *, actor: Actor) -> None:
    """End an extract in the making; what it has read is deleted. Repeating changes nothing.

    Raises NotFound, or Refused with ``not_cancellable``: it has ended.
    """
    _own(session.connection(), which)
    if not ends.cancel(session, which.id, actor=actor):
        raise Refused(ExtractRefusal.NOT_CANCELLABLE)


def delete(session: Session, which: Own, *, actor: Actor) -> None:
    """Delete an extract that has ended, with its files.

    Raises NotFound, or Refused with ``extract_not_ready``: cancel it first.
    """
    _own(session.connection(), which)
    if not ends.delete(session, which.id, actor=actor):
        raise Refused(ExtractRefusal.NOT_READY)


def _own(connection: Connection, which: Own) -> StoredExtract:
    viewer_of(connection, which.account_id, which.person_id, which.zone)
    extract = rows.read(connection, which.id)
    if extract is None or (extract.account_id, extract.person_id) != which[:2]:
        raise NotFound
    return extract
