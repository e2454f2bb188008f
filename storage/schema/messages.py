"""Tables of messages to people: inboxes, how each person is reached, and SMS."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import DeliveryStatus
from storage.schema.columns import document, key, moment, one_of, row_of, words


class NoticeRow(SQLModel, table=True):
    """A notice in the inbox of a person. Its text is made when it is read, from its facts."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", NoticeKind),
        UniqueConstraint("person_id", "kind", "subject_id", "occasion"),
        Index("ix_notice_person_id_created_at", "person_id", "created_at", "id"),
        Index("ix_notice_unread", "person_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_created_at", "created_at"),
    )

    id: UUID = key()
    person_id: UUID = row_of("person.id")
    kind: str = words()
    subject_id: UUID
    """The delegation, review, freeze or request that it is about."""
    occasion: str = words(server_default="")
    account_id: UUID | None = row_of("account.id", nullable=True)
    owner_id: UUID | None
    """Company or person that owned the account then: a later owner's name is not shown."""
    facts: dict[str, Any] = document()
    """Ids, days and numbers of days."""
    created_at: datetime = moment(default_now=True)
    read_at: datetime | None = moment(nullable=True)


class ContactSettings(SQLModel, table=True):
    """How a person is reached: their own choice, and beside it what the operator's systems gave."""

    __tablename__ = "contact_settings"
    __table_args__ = (
        one_of("language", Language),
        CheckConstraint(
            "num_nonnulls(language, sms) IN (0, 2) AND (number IS NULL OR sms IS NOT NULL)",
            name="own_choice",
        ),
        CheckConstraint(
            "num_nonnulls(operator_language, operator_sms) IN (0, 2)"
            " AND (operator_number IS NULL OR operator_sms IS NOT NULL)",
            name="operators_choice",
        ),
    )

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    language: str | None = words(nullable=True)
    sms: bool | None
    number: str | None = words(nullable=True)
    """A number that the person proved, E.164."""
    operator_language: str | None = words(nullable=True)
    operator_sms: bool | None
    operator_number: str | None = words(nullable=True)
    """E.164."""
    updated_at: datetime = moment(default_now=True)


class SmsRow(SQLModel, table=True):
    """One SMS, with a code or a notice. The gateway reports on it under its id."""

    __tablename__ = "sms"
    __table_args__ = (
        CheckConstraint("num_nonnulls(verification_id, notice_id) = 1", name="one_purpose"),
        CheckConstraint("(digest IS NULL) = (verification_id IS NULL)", name="code"),
        UniqueConstraint("verification_id", "send"),
        UniqueConstraint("notice_id", "send"),
        one_of("delivery", DeliveryStatus),
    )

    id: UUID = key()
    verification_id: UUID | None = row_of("verification.id", nullable=True)
    notice_id: UUID | None
    """The notice in it. It may be deleted before its SMS, which a bill may be about."""
    send: int
    """Its number among the SMS of the verification, from 1."""
    digest: str | None = words(nullable=True)
    """Of the code in it, see domain.numbers.verifications.code_digest."""
    delivery: str = words()
    provider_id: str | None = words(nullable=True)
    """The gateway's id of the message."""
    error: str | None = words(nullable=True)
    """The gateway's own error code."""
    parts: int
    """Number of SMS that it was sent in."""
    created_at: datetime = moment(default_now=True)
    reported_at: datetime | None = moment(nullable=True)
