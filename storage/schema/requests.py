"""What callers have asked for: operations that take time, and requests that may come twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, key, moment, words


class Operation(SQLModel, table=True):
    """Something that takes time, as its owner sees it."""

    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name="state"
        ),
        Index("ix_operation_person_id", "person_id"),
        Index("ix_operation_open", "id", postgresql_where=text("state IN ('pending', 'running')")),
    )

    id: UUID = key()
    kind: str = words()
    person_id: UUID | None
    """Who may read it, besides support and operations."""
    account_id: UUID | None
    subject_id: UUID | None
    """What it is about: a service."""
    asked: dict[str, Any] | None = document(nullable=True)
    """What was asked for, as its workflow needs it."""
    state: str = words(server_default="pending")
    progress: dict[str, Any] | None = document(nullable=True)
    """``done`` and ``total``, where it can be counted."""
    result: dict[str, Any] | None = document(nullable=True)
    error: dict[str, Any] | None = document(nullable=True)
    """A problem (RFC 9457), where it failed."""
    created_at: datetime = moment(default_now=True)
    updated_at: datetime = moment(default_now=True)


class IdempotencyKey(SQLModel, table=True):
    """The first answer to a request that carried this key, given again to its repetitions."""

    __tablename__ = "idempotency_key"

    caller: str = Field(primary_key=True)
    """Digest of who asked: one caller's keys mean nothing to another."""
    key: str = Field(primary_key=True)
    fingerprint: str = words()
    """Digest of method, path and body: another body under the same key is a mistake."""
    status: int | None
    """None while the first request is still being answered."""
    headers: dict[str, Any] | None = document(nullable=True)
    body: dict[str, Any] | None = document(nullable=True)
    created_at: datetime = moment(default_now=True)
