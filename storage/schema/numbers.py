"""Tables of number verification: verifications, their SMS, and blocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from domain.numbers.blocks import BlockKind
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import VerificationMethod, VerificationState
from storage.schema.columns import document, key, moment, one_of, row_of, words


class VerificationRow(SQLModel, table=True):
    """A verification: a person, or a program for a person unknown here, proves to hold a number."""

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, client) = 1", name="one_requester"),
        one_of("state", VerificationState),
        one_of("method", VerificationMethod),
        one_of("language", Language),
        # One open verification per requester and number: a newer one supersedes the older.
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
    """Issuer and client id of the program that requested it, if no person did."""
    number: str = words()
    """E.164."""
    prefix: str = words()
    """The number without its last four digits."""
    method: str = words()
    state: str = words()
    language: str = words()
    message: str | None = words(nullable=True)
    """A program's own text; deleted when the verification ends."""
    sends: int
    """SMS requested so far."""
    wrong_codes: int
    """Wrong codes typed so far."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    resend_at: datetime = moment()
    """From when on another SMS may be requested."""
    code_accepted_at: datetime | None = moment(nullable=True)
    """When the right code came. Only the SIM swap check remains then."""
    ended_at: datetime | None = moment(nullable=True)
    reason: dict[str, Any] | None = document(nullable=True)
    """Why it ended."""


class NumberBlockRow(SQLModel, table=True):
    """A prefix or a number to which nothing is sent for a time."""

    __tablename__ = "number_block"
    __table_args__ = (
        one_of("kind", BlockKind),
        Index("ix_number_block_subject_until", "subject", "until"),
    )

    id: UUID = key()
    kind: str = words()
    subject: str = words()
    reason: dict[str, Any] = document()
    opened_at: datetime = moment(default_now=True)
    until: datetime = moment()
    """Lifting the block sets this to the moment of the lifting."""
