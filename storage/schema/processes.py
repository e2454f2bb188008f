"""Processes: everything that runs by itself after a request, with one workflow each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.processes import TOLD_OF_END, ProcessType, WaitsFor
from storage.schema.columns import moment, one_of, words

_TOLD_OF_END = ", ".join(f"'{type_}'" for type_ in sorted(TOLD_OF_END))


class ProcessRow(SQLModel, table=True):
    """A process and its workflow. What state its verification, operation or run is in stands there.

    Open until ``ended_at``.
    """

    __tablename__ = "process"
    __table_args__ = (
        one_of("type", ProcessType),
        one_of("waits_for", WaitsFor),
        UniqueConstraint("workflow_id"),
        # W3C Trace Context 3.2.2, version 00.
        CheckConstraint(
            "traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'", name="traceparent"
        ),
        Index(
            "ix_process_check",
            text("COALESCE(checked_at, asked_at)"),
            "id",
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_process_unstarted",
            "asked_at",
            postgresql_where=text("started_at IS NULL AND ended_at IS NULL"),
        ),
        Index(
            "ix_process_untold",
            "ended_at",
            postgresql_where=text(
                f"ended_at IS NOT NULL AND told_at IS NULL AND type IN ({_TOLD_OF_END})"
            ),
        ),
        Index(
            "ix_process_ended",
            *("type", "ended_at"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    """That of the verification, operation or run which it carries out."""
    type: str = words()
    workflow_id: str = words()
    account_id: UUID | None
    waits_for: str | None = words(nullable=True)
    request_event_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event that says who requested it, where that is about something else: its service."""
    asked_at: datetime = moment(default_now=True)
    started_at: datetime | None = moment(nullable=True)
    """When its workflow was first known to run."""
    tried_at: datetime | None = moment(nullable=True)
    """When a worker last tried to start the process, where its requester had not."""
    ended_at: datetime | None = moment(nullable=True)
    told_at: datetime | None = moment(nullable=True)
    """When its workflow was told that it has ended; for types ``domain.processes.TOLD_OF_END``."""
    checked_at: datetime | None = moment(nullable=True)
    """When its workflow was last compared with Temporal."""
    traceparent: str | None = words(nullable=True)
    """Trace context of whoever asked for it, which its workflow continues. Names nobody."""
