"""Requests of callers: operations that take time, and Idempotency-Keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from domain.operations import OperationState
from storage.schema.columns import document, key, moment, one_of, words


class Operation(SQLModel, table=True):
    """A request that takes time, as its caller follows it."""

    __table_args__ = (
        one_of("state", OperationState),
        Index("ix_operation_person_id", "person_id"),
        Index("ix_operation_open", "id", postgresql_where=text("state IN ('pending', 'running')")),
        Index(
            "uq_operation_open_refresh",
            "person_id",
            unique=True,
            postgresql_where=text("kind = 'refresh' AND state IN ('pending', 'running')"),
        ),
    )

    id: UUID = key()
    kind: str = words()
    person_id: UUID | None
    """The person who may read it, besides staff."""
    account_id: UUID | None
    subject_id: UUID | None
    """The service it concerns."""
    asked: dict[str, Any] | None = document(nullable=True)
    """Arguments of the request, as its workflow needs them."""
    state: str = words(server_default="pending")
    progress: dict[str, Any] | None = document(nullable=True)
    """``done`` and ``total`` items; null: it is not counted in items."""
    result: dict[str, Any] | None = document(nullable=True)
    error: dict[str, Any] | None = document(nullable=True)
    """The reason why it failed or was cancelled."""
    created_at: datetime = moment(default_now=True)
    updated_at: datetime = moment(default_now=True)


class IdempotencyKey(SQLModel, table=True):
    """The answer to the first request with this key, repeated to the others with it."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        Index(
            "ix_idempotency_key_person_id",
            "person_id",
            postgresql_where=text("person_id IS NOT NULL"),
        ),
    )

    caller: str = Field(primary_key=True)
    """Digest of the caller: keys of different callers are unrelated."""
    key: str = Field(primary_key=True)
    fingerprint: str = words()
    """Digest of method, path and body: the same key with another body is an error."""
    person_id: UUID | None
    """The person for whom the caller acts: the answer may be about them."""
    status: int | None
    """None while the first request is carried out."""
    headers: dict[str, Any] | None = document(nullable=True)
    body: dict[str, Any] | None = document(nullable=True)
    created_at: datetime = moment(default_now=True)


class RateLimitRow(SQLModel, table=True):
    """Use of a rate limit by one subject."""

    __tablename__ = "rate_limit"

    kind: str = Field(primary_key=True)
    """Name of the limit: domain.numbers.send_limits, domain.registry.refresh_limits."""
    subject: str = Field(primary_key=True)
    used_until: datetime = moment()
    """When all uses so far will have come back."""
