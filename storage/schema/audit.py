"""Tables of the append-only history; triggers refuse to change or delete events and seals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, moment, words


class EventRow(SQLModel, table=True):
    """One event. Codes, facts and ids: no personal code, phone number, name or free text."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_account_id_id", "account_id", "id"),
        Index(
            "ix_event_person_id_id",
            "person_id",
            "id",
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index("ix_event_subject_id_id", "subject_id", "id"),
        # Events are written in the order of their time: an index of ranges is enough, and tiny.
        Index("ix_event_at", "at", postgresql_using="brin"),
        # Counted from the beginning when an API starts, see storage.provisioning.metrics_queries.
        Index(
            "ix_event_stuck",
            "id",
            postgresql_where=text("kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')"),
        ),
        # Counted at each scrape of an API, see storage.audit.staff_queries.
        Index("ix_event_break_glass", "at", postgresql_where=text("kind = 'break_glass:used'")),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    at: datetime = moment(default_now=True)
    kind: str = words()
    actor: dict[str, Any] = document()
    subject_id: UUID | None
    """The row it concerns: a grant, an account, a service, a run."""
    account_id: UUID | None
    company_id: UUID | None
    person_id: UUID | None
    reason: dict[str, Any] | None = document(nullable=True)
    before: dict[str, Any] | None = document(nullable=True)
    after: dict[str, Any] | None = document(nullable=True)


class EventNote(SQLModel, table=True):
    """Free text of an event, beside the chain, which holds only its digest: it can be erased."""

    __tablename__ = "event_note"

    event_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Random key of the digest, see domain.audit.note_digest."""
    text: str = words()


class StaffRow(SQLModel, table=True):
    """A member of staff who has acted: the name behind a pseudonymous id. No issuer, no subject."""

    __tablename__ = "staff"

    id: str = Field(primary_key=True)
    """``domain.staff.staff_id``, as text: so it stands in the actors of events."""
    name: str | None = words(nullable=True)
    """Shown to staff; NULL: erased."""
    first_acted_at: datetime = moment(default_now=True)
    last_acted_at: datetime = moment(default_now=True)


class EventSeal(SQLModel, table=True):
    """An event's position in the chain, and the hash over it and all events before it."""

    __tablename__ = "event_seal"

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_id: int = Field(
        sa_column=Column(BigInteger, nullable=False, unique=True),
    )
    hash: str = words()


class EventToSeal(SQLModel, table=True):
    """Events that are written but not yet sealed; a trigger on ``event`` fills it."""

    __tablename__ = "event_to_seal"

    event_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
