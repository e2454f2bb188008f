"""Table of paper mandates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, Uuid, text
from sqlmodel import Field, SQLModel

from domain.mandates.states import MandateAnswer
from storage.schema.columns import document, key, moment, one_of, row_of, words

_PROPOSED = text("answer IS NULL")
_IN_FORCE = text("answer = 'confirmed' AND ended_at IS NULL")


class MandateRow(SQLModel, table=True):
    """Access that somebody was given on paper: recorded by one member of staff, then answered.

    Confirmed, it is carried out by the grants of origin ``operator`` whose proof is its id.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        one_of("answer", MandateAnswer),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint(
            "answer <> 'confirmed' OR COALESCE(answered_by <> recorded_by, false)",
            name="four_eyes",
        ),
        # A person is forgotten only where the mandate never came about.
        CheckConstraint(
            "person_id IS NOT NULL OR answer IN ('rejected', 'withdrawn', 'lapsed')",
            name="person",
        ),
        CheckConstraint(
            "num_nonnulls(ended_at, ended_reason) IN (0, 2)"
            " AND (ended_at IS NULL OR answer = 'confirmed')",
            name="ended",
        ),
        Index("ix_mandate_recorded_at", "recorded_at", "id"),
        Index("ix_mandate_account_id", "account_id", "recorded_at", "id"),
        Index("ix_mandate_person_id", "person_id"),
        Index("ix_mandate_proposed", "lapses_at", postgresql_where=_PROPOSED),
        Index("ix_mandate_in_force", "recorded_at", "id", postgresql_where=_IN_FORCE),
    )

    id: UUID = key()
    account_id: UUID = row_of("account.id")
    person_id: UUID | None = row_of("person.id", nullable=True)
    """None: it was not confirmed, so its person is forgotten."""
    document_id: UUID = row_of("authority_document.id")
    """The paper."""
    role: str = words()
    permissions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    service_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    """Empty: the whole account."""
    from_day: date
    through_day: date
    """The last day, inclusive."""
    recorded_by: str = words()
    """Id of the member of staff."""
    recorded_at: datetime = moment()
    lapses_at: datetime = moment()
    """From when on it cannot be confirmed."""
    answer: str | None = words(nullable=True)
    """None: it waits for a second member of staff."""
    answered_by: str | None = words(nullable=True)
    """Id of the member of staff; None: nobody, it lapsed."""
    answered_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    """When the last of its grants ended; written when that is told."""
    ended_reason: dict[str, Any] | None = document(nullable=True)
