"""An extract as it is stored, without its files."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.billing.months import Period
from domain.call_details.extracts import ExtractFault, ExtractState, FileFormat
from domain.call_details.filters import UsageFilter
from domain.call_details.records import Direction, UsageKind
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from storage.database import Connection, Session

# Files are gone for everybody when they are due to be deleted, not when a sweep deletes them.
COLUMNS = """
e.id, e.account_id, e.person_id,
CASE WHEN e.state = 'ready' AND e.kept_until <= statement_timestamp() THEN 'dropped'
    ELSE e.state END AS state,
e.level, e.format, e.language, e.from_day, e.through_day,
e.begins_at, e.ends_at, e.services, e.is_of_all, e.kinds, e.direction, e.roaming, e.min_cost,
e.as_of, e.is_read, e.chunks, e.rows, e.rejected, e.csv_size, e.pdf_size, e.fault, e.note_id,
e.requested_at,
e.made_at, e.kept_until, e.waits_since
"""
_READ = text(f"SELECT {COLUMNS} FROM extract e WHERE id = :id")
_LOCK = text(f"SELECT {COLUMNS} FROM extract e WHERE id = :id FOR UPDATE")


@dataclass(frozen=True, slots=True)
class ExtractTerms:
    """Terms of an extract: its period and conditions, and how much is shown."""

    from_day: date
    through_day: date
    """Local days, both included."""
    which: UsageFilter
    """The same period in moments; all services that it is about."""
    is_of_all: bool
    """No service was named."""
    level: Level
    format: FileFormat
    """``PDF``: both."""
    language: Language
    """Of the PDF."""


@dataclass(frozen=True, slots=True)
class StoredExtract:
    """An extract without its files."""

    id: UUID
    account_id: UUID
    person_id: UUID
    state: ExtractState
    terms: ExtractTerms
    as_of: datetime | None
    """Records are included that billing had received by then; None: it has not been asked."""
    is_read: bool
    chunks: int
    rows: int
    """So far."""
    rejected: int
    """Records from billing that could not be read, so far."""
    csv_size: int
    pdf_size: int | None
    """Bytes; None: there is none."""
    fault: ExtractFault | None
    """Reason for which it was not made; of one that is ready, for which it has no PDF."""
    note_id: int | None
    """The event whose note says what it is needed for; None: nobody was asked."""
    requested_at: datetime
    made_at: datetime | None
    kept_until: datetime | None
    waits_since: datetime | None
    """When billing was first asked in vain, since it last gave something; None: it was not."""

    @property
    def is_open(self) -> bool:
        """Return whether it is still being made."""
        return self.state is ExtractState.MAKING

    @property
    def tells_count(self) -> bool:
        """Whether others than its maker may be told how many rows it has.

        Of one's own number that would say how many calls came in, which is nobody else's.
        """
        return self.terms.level is not Level.OWN

    def size(self, file: FileFormat) -> int | None:
        """Bytes of one of its files; None: it is not among them."""
        return self.csv_size if file is FileFormat.CSV else self.pdf_size


def read(connection: Connection, extract_id: UUID) -> StoredExtract | None:
    """Return an extract, None where there is none."""
    return _one(connection.execute(_READ, {"id": extract_id}).one_or_none())


def lock(session: Session, extract_id: UUID) -> StoredExtract | None:
    """Return an extract and lock it, None where there is none."""
    return _one(session.execute(_LOCK, {"id": extract_id}).one_or_none())


def _one(row: Row[Any] | None) -> StoredExtract | None:
    return None if row is None else extract_of(row)


def extract_of(row: Row[Any]) -> StoredExtract:
    """Make an extract of its columns."""
    return StoredExtract(
        id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        state=ExtractState(row.state),
        terms=_terms(row),
        as_of=None if row.as_of is None else datetime.fromisoformat(row.as_of),
        is_read=row.is_read,
        chunks=row.chunks,
        rows=row.rows,
        rejected=row.rejected,
        csv_size=row.csv_size,
        pdf_size=row.pdf_size,
        fault=None if row.fault is None else ExtractFault(row.fault),
        note_id=row.note_id,
        requested_at=row.requested_at,
        made_at=row.made_at,
        kept_until=row.kept_until,
        waits_since=row.waits_since,
    )


def _terms(row: Row[Any]) -> ExtractTerms:
    least: Decimal | None = row.min_cost
    which = UsageFilter(
        Period(row.begins_at, row.ends_at),
        frozenset(row.services),
        frozenset(UsageKind(each) for each in row.kinds),
        None if row.direction is None else Direction(row.direction),
        row.roaming,
        least,
    )
    return ExtractTerms(
        row.from_day,
        row.through_day,
        which,
        row.is_of_all,
        Level(row.level),
        FileFormat(row.format),
        Language(row.language),
    )
