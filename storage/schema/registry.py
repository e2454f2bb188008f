"""Tables of the register sync: runs, their companies, rejected records, positions in feeds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.registry.sync import SyncChangeKind, SyncChangeState, SyncSource, SyncState
from storage.schema.columns import document, key, moment, one_of, row_of, words


class SyncRun(SQLModel, table=True):
    """One reading of one source: its subject, how far it came, how it ended and why."""

    __tablename__ = "sync_run"
    __table_args__ = (
        UniqueConstraint("source", "subject"),
        one_of("source", SyncSource),
        one_of("state", SyncState),
        Index("ix_sync_run_started_at", "started_at", "id"),
        # Of runs that are decided about, and whose workflow has not taken the decision up.
        Index(
            "ix_sync_run_decided",
            "woken_at",
            postgresql_where=text("decided_at IS NOT NULL AND taken_at IS NULL"),
        ),
    )

    id: UUID = key()
    source: str = words()
    subject: str = words()
    """The day, hour or request that this run is for: unique with the source."""
    state: str = words(server_default="running")
    reason: dict[str, Any] | None = document(nullable=True)
    counts: dict[str, Any] = document()
    """``SyncCounts``."""
    preview: dict[str, Any] | None = document(nullable=True)
    """``SyncPreview``, for a run that is or was held."""
    version: str | None = words(nullable=True)
    sha256: str | None = words(nullable=True)
    companies: int | None = None
    """Companies in the file."""
    decided_by: str | None = words(nullable=True)
    """Id of the member of staff who released or rejected it, since it was last held."""
    decided_at: datetime | None = moment(nullable=True)
    decision_id: UUID | None
    """The request that decided: repeated, it changes nothing."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why it was decided so."""
    woken_at: datetime | None = moment(nullable=True)
    """When its workflow was last signalled about the decision."""
    taken_at: datetime | None = moment(nullable=True)
    """When its workflow took the decision up."""
    waits_until: datetime | None = moment(nullable=True)
    """When it continues: the day's queries to the register were used up."""
    started_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment(nullable=True)


class SyncChange(SQLModel, table=True):
    """A company that a run queries the register about, and then the answer."""

    __tablename__ = "sync_change"
    __table_args__ = (
        one_of("kind", SyncChangeKind),
        one_of("state", SyncChangeState),
        Index(
            "ix_sync_change_pending",
            "run_id",
            postgresql_where=text("state = 'pending'"),
        ),
    )

    run_id: UUID = Field(foreign_key="sync_run.id", primary_key=True, ondelete="CASCADE")
    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    kind: str = words()
    state: str = words(server_default="pending")
    answer: dict[str, Any] | None = document(nullable=True)
    as_of: datetime | None = moment(nullable=True)


class RegisterEnding(SQLModel, table=True):
    """Grants that register answers ended, or are about to end, without a person's decision."""

    __tablename__ = "register_ending"

    id: UUID = key()
    at: datetime = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, index=True)
    )
    run_id: UUID | None = Field(default=None, unique=True)
    """The run, counted as a whole before it is applied; None: a login."""
    grants: int


class BulkCompany(SQLModel, table=True):
    """The last good version of a register's file: each company's fingerprint.

    A company that the file names no longer stays, marked: it is the second witness of its end.
    """

    __tablename__ = "bulk_company"

    file: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    fingerprint: UUID
    """128 bits; the type is the most compact one that PostgreSQL compares fast."""
    vanished_at: datetime | None = moment(nullable=True)
    """When a good file first lacked the company; None: the last good file names it."""


class RejectedRecord(SQLModel, table=True):
    """A record that could not be used, kept with its reason until a later run can use it."""

    __tablename__ = "rejected_record"
    __table_args__ = (
        Index(
            "uq_rejected_record_open",
            "found_in",
            "key",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: UUID = key()
    found_in: str = words()
    """The file, import or service that the record came from."""
    key: str = words()
    """Key that finds the record again: a registry code, a line number."""
    company_id: UUID | None = row_of("company.id", nullable=True)
    code: str = words()
    detail: str = words(server_default="")
    occurrences: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    run_id: UUID | None
    first_seen_at: datetime = moment(default_now=True)
    last_seen_at: datetime = moment(default_now=True)
    resolved_at: datetime | None = moment(nullable=True)


class FeedCursor(SQLModel, table=True):
    """Position at which the last reading of a register's feed ended."""

    __tablename__ = "feed_cursor"

    feed: str = Field(primary_key=True)
    cursor: str = words()
    read_at: datetime = moment(default_now=True)


class FeedMark(SQLModel, table=True):
    """A change of a company that a feed listed: the same version is the same change."""

    __tablename__ = "feed_mark"

    feed: str = Field(primary_key=True)
    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    version: str = Field(primary_key=True)
    seen_at: datetime = moment(default_now=True)


class RegisterBudget(SQLModel, table=True):
    """Queries that all processes sent to a register on a day."""

    __tablename__ = "register_budget"

    register_name: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    used_by_people: int
    used_by_sync: int
