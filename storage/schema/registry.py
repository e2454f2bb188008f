"""Runs of the register sync, what they found, what they set aside, where they go on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, key, moment, row_of, words

RUN_STATES = (
    "running",
    "held",
    "finished",
    "unchanged",
    "refused",
    "rejected",
    "failed",
)


class SyncRun(SQLModel, table=True):
    """One reading of one source: what it was about, how far it came, how it ended and why."""

    __tablename__ = "sync_run"
    __table_args__ = (
        UniqueConstraint("source", "subject"),
        CheckConstraint(f"state IN {RUN_STATES}", name="state"),
        Index("ix_sync_run_started_at", "started_at", "id"),
    )

    id: UUID = key()
    source: str = words()
    subject: str = words()
    """The day, hour or request that this run is for: with the source, what it may not repeat."""
    state: str = words(server_default="running")
    reason: dict[str, Any] | None = document(nullable=True)
    counts: dict[str, Any] = document()
    """What it has read, asked, started, ended and set aside so far."""
    preview: dict[str, Any] | None = document(nullable=True)
    """What would start and end, for a run that is held."""
    version: str | None = words(nullable=True)
    sha256: str | None = words(nullable=True)
    companies: int | None = None
    """How many companies the file named: what the next file is measured against."""
    decided_by: str | None = words(nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    started_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment(nullable=True)


class SyncChange(SQLModel, table=True):
    """A company that a run must ask the register about, and then what the register answered."""

    __tablename__ = "sync_change"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'answered', 'unknown', 'applied')", name="state"),
        Index(
            "ix_sync_change_pending",
            "run_id",
            postgresql_where=text("state = 'pending'"),
        ),
    )

    run_id: UUID = Field(foreign_key="sync_run.id", primary_key=True, ondelete="CASCADE")
    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    kind: str = words()
    """Why it is asked about: appeared, changed, vanished, listed, checked or again."""
    state: str = words(server_default="pending")
    answer: dict[str, Any] | None = document(nullable=True)
    as_of: datetime | None = moment(nullable=True)


class BulkCompany(SQLModel, table=True):
    """The last good file of a source: each company's fingerprint."""

    __tablename__ = "bulk_company"

    source: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    fingerprint: UUID
    """128 bits; the type is the most compact one that PostgreSQL compares fast."""


class RecordAside(SQLModel, table=True):
    """A record that could not be used, kept with its reason until a later run reads it well."""

    __tablename__ = "record_aside"
    __table_args__ = (
        Index(
            "uq_record_aside_open",
            "source",
            "key",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: UUID = key()
    source: str = words()
    key: str = words()
    """What finds the record again: a registry code, a line number."""
    company_id: UUID | None = row_of("company.id", nullable=True)
    code: str = words()
    detail: str = words(server_default="")
    seen: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    run_id: UUID | None
    first_seen_at: datetime = moment(default_now=True)
    last_seen_at: datetime = moment(default_now=True)
    resolved_at: datetime | None = moment(nullable=True)


class FeedCursor(SQLModel, table=True):
    """Where to go on reading a register's feed."""

    __tablename__ = "feed_cursor"

    source: str = Field(primary_key=True)
    cursor: str = words()
    read_at: datetime = moment(default_now=True)


class FeedMark(SQLModel, table=True):
    """News of a company that a feed has brought: the same mark is the same news."""

    __tablename__ = "feed_mark"

    source: str = Field(primary_key=True)
    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    version: str = Field(primary_key=True)
    seen_at: datetime = moment(default_now=True)


class RegisterBudget(SQLModel, table=True):
    """How many questions a register was asked on a day, by all processes together."""

    __tablename__ = "register_budget"

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    used: int
