"""Tables of officers' readings of free-text signing rules, and of their looks at groups."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from domain.signing_rules.looks import LookResult
from domain.signing_rules.states import ReadingState
from storage.schema.columns import key, moment, one_of, row_of, words

_STORED = [state for state in ReadingState if state is not ReadingState.EXPIRED]


class SigningRuleReading(SQLModel, table=True):
    """What an officer says a company's signing rule means, in one register state."""

    __tablename__ = "signing_rule_reading"
    __table_args__ = (
        one_of("state", _STORED),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_signing_rule_reading_open",
            "company_id",
            "state",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'confirmed')"),
        ),
        Index("ix_signing_rule_reading_company_id", "company_id", "recorded_at"),
    )

    id: UUID = key()
    company_id: UUID = row_of("company.id")
    register_state_id: UUID = row_of("register_state.id")
    """The state that was read."""
    state: str = words(server_default="proposed")
    """``ReadingState`` but for what time brings about."""
    through_day: date
    ends_at: datetime = moment()
    """The first moment after ``through_day``."""
    document_id: UUID = row_of("authority_document.id")
    recorded_by: str = words()
    """Id of the officer who recorded it."""
    recorded_at: datetime = moment()
    decided_by: str | None = words(nullable=True)
    """Id of the officer who confirmed, rejected or withdrew it; None: nobody, it became void."""
    decided_at: datetime | None = moment(nullable=True)
    ended_by: str | None = words(nullable=True)
    """Id of the officer who ended it once it was confirmed; None: nobody did."""
    ended_at: datetime | None = moment(nullable=True)
    """When it ended or became void once it was confirmed."""


class SigningRuleMember(SQLModel, table=True):
    """A member of a group of a reading."""

    __tablename__ = "signing_rule_member"

    reading_id: UUID = Field(foreign_key="signing_rule_reading.id", primary_key=True)
    group_no: int = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    role: str = words()
    """The access role that the reading as a whole gives this person."""


class SigningRuleLook(SQLModel, table=True):
    """An officer's word on the groups of what a register says of a company."""

    __tablename__ = "signing_rule_look"
    __table_args__ = (one_of("result", LookResult),)

    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    digest: str = Field(primary_key=True)
    """Of the register state."""
    result: str = words()
    looked_by: str = words()
    """Id of the officer."""
    looked_at: datetime = moment()
    note_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The event whose note says what the officer wrote."""
