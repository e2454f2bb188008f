"""Number verifications, the SMS sent for them, and what keeps their sending within bounds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, key, moment, row_of, words


class Verification(SQLModel, table=True):
    """A person, or a program for a person unknown to us, proves that a number is at hand."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, client) = 1", name="one_requester"),
        CheckConstraint(
            "state IN ('sent', 'verified', 'failed', 'expired', 'superseded', 'cancelled',"
            " 'undeliverable')",
            name="state",
        ),
        # One open verification for a number and whoever asks: a newer one voids the older.
        Index(
            "uq_verification_open",
            text("COALESCE(CAST(person_id AS text), client)"),
            "number",
            unique=True,
            postgresql_where=text("state = 'sent'"),
        ),
        Index("ix_verification_person_id_created_at", "person_id", "created_at"),
        Index("ix_verification_prefix_created_at", "prefix", "created_at"),
    )

    id: UUID = key()
    person_id: UUID | None = row_of("person.id", nullable=True)
    client: str | None = words(nullable=True)
    """Which program asked, where no person did."""
    number: str = words()
    """E.164."""
    prefix: str = words()
    method: str = words()
    """``sms`` or ``mobiil_id``."""
    state: str = words()
    language: str = words()
    message: str | None = words(nullable=True)
    """A program's own words; forgotten when the verification ends."""
    sends: int
    tries: int
    """Wrong codes so far."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    resend_at: datetime = moment()
    proven_at: datetime | None = moment(nullable=True)
    """When the right code came. What is left then is to look at the SIM."""
    ended_at: datetime | None = moment(nullable=True)
    reason: dict[str, Any] | None = document(nullable=True)


class Sms(SQLModel, table=True):
    """One SMS with a code. Its id is the reference by which the gateway reports on it."""

    __table_args__ = (UniqueConstraint("verification_id", "send"),)

    id: UUID = key()
    verification_id: UUID = row_of("verification.id")
    send: int
    digest: str = words()
    """Of the code in it, see access.verifications.code_digest."""
    delivery: str = words()
    provider_id: str | None = words(nullable=True)
    error: str | None = words(nullable=True)
    """The gateway's own code for what went wrong."""
    parts: int
    """How many SMS it was on the air."""
    created_at: datetime = moment(default_now=True)
    reported_at: datetime | None = moment(nullable=True)


class SendQuota(SQLModel, table=True):
    """How much of a limit is used up. One row for each who has used some of it."""

    __tablename__ = "send_quota"

    kind: str = Field(primary_key=True)
    """``number``, ``person``, ``address``, ``prefix``, ``country``, ``client``."""
    subject: str = Field(primary_key=True)
    used_until: datetime = moment()
    """When everything used so far will have come back."""


class NumberBlock(SQLModel, table=True):
    """A prefix or a number to which nothing is sent for a time."""

    __tablename__ = "number_block"
    __table_args__ = (Index("ix_number_block_subject_until", "subject", "until"),)

    id: UUID = key()
    kind: str = words()
    """``prefix`` or ``number``."""
    subject: str = words()
    reason: dict[str, Any] = document()
    opened_at: datetime = moment(default_now=True)
    until: datetime = moment()
    """Lifting it sets this to the moment of the lifting."""
