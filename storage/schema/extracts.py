"""Tables of extracts: files of call details, made and kept in parts."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Index, LargeBinary, Numeric, Text, Uuid, text
from sqlmodel import Field, SQLModel

from domain.call_details.extracts import ExtractState, FileFormat
from domain.call_details.records import Direction
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from storage.schema.columns import key, moment, one_of, row_of, words


def _count() -> int:
    count: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    return count


class ExtractRow(SQLModel, table=True):
    """Call details that a person asked for. Its operation and process have its id."""

    __tablename__ = "extract"
    __table_args__ = (
        one_of("state", ExtractState),
        one_of("level", Level),
        one_of("format", FileFormat),
        one_of("direction", Direction),
        one_of("language", Language),
        Index("ix_extract_account_id", "account_id", "requested_at", "id"),
        Index("ix_extract_person_id", "person_id"),
        Index("ix_extract_kept_until", "kept_until", postgresql_where=text("state = 'ready'")),
    )

    id: UUID = key()
    account_id: UUID = row_of("account.id")
    person_id: UUID = row_of("person.id")
    """Who asked for it, and alone may have its files."""
    state: str = words()
    level: str = words()
    format: str = words()
    """``pdf``: both."""
    language: str = words()
    """Of the PDF."""
    from_day: date
    through_day: date
    begins_at: datetime = moment()
    ends_at: datetime = moment()
    """The first moment that does not belong to it."""
    services: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    """All that it is about."""
    is_of_all: bool
    """No service was named: it is about all that the person may have it of."""
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    """Empty: every kind."""
    direction: str | None = words(nullable=True)
    roaming: bool | None
    min_cost: Decimal | None = Field(default=None, sa_column=Column(Numeric(12, 6)))
    as_of: str | None = words(nullable=True)
    """As billing wrote it: records are included that it had received up to then."""
    cursor: str | None = words(nullable=True)
    """Where billing goes on; NULL: at the beginning, or there is no more."""
    is_read: bool = False
    """The CSV is whole."""
    chunks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of the CSV."""
    rows: int = _count()
    """In its chunks."""
    rejected: int = _count()
    """Records from billing that could not be read."""
    restarts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often it began again, because billing had lost the place."""
    csv_size: int = _count()
    """Bytes."""
    pdf_size: int | None = Field(default=None, sa_column=Column(BigInteger))
    """NULL: there is none."""
    fault: str | None = words(nullable=True)
    """Code of why it was not made; of one that is ready, why it has no PDF."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says what it is needed for."""
    read_to: datetime | None = moment(nullable=True)
    """Start of the last record that was read: billing shows them in order."""
    waits_since: datetime | None = moment(nullable=True)
    """When billing was first asked in vain, since it last gave a part; NULL: it was not."""
    requested_at: datetime = moment(default_now=True)
    made_at: datetime | None = moment(nullable=True)
    kept_until: datetime | None = moment(nullable=True)


class ExtractChunkRow(SQLModel, table=True):
    """A part of a file of an extract, apart: lists of extracts never read it."""

    __tablename__ = "extract_chunk"
    __table_args__ = (one_of("format", FileFormat),)

    extract_id: UUID = Field(primary_key=True, foreign_key="extract.id", ondelete="CASCADE")
    format: str = words(primary_key=True)
    number: int = Field(primary_key=True)
    """From 0, without a gap."""
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
