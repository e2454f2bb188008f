"""Table of access requests."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from domain.access_requests.states import AccessRequestState
from storage.schema.columns import key, moment, one_of, row_of, words

_OPEN = text("state = 'open'")


class AccessRequestRow(SQLModel, table=True):
    """A request of a person without access, to a company or to the owner of an account.

    Nothing but ``owner_id`` says whether there is such an account.
    """

    __tablename__ = "access_request"
    __table_args__ = (
        one_of("state", AccessRequestState),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("(state = 'approved') = (delegation_id IS NOT NULL)", name="approved"),
        CheckConstraint(
            "num_nonnulls(code, reference) = 1 AND num_nonnulls(country, code) <> 1",
            name="asked_of",
        ),
        Index("ix_access_request_applicant_id", "applicant_id", "id"),
        Index("ix_access_request_code", "code", "country", "id", postgresql_where=_OPEN),
        Index("ix_access_request_reference", "reference", "id", postgresql_where=_OPEN),
        Index("ix_access_request_lapses_at", "lapses_at", postgresql_where=_OPEN),
        Index(
            "ix_access_request_untold",
            "id",
            postgresql_where=text("state = 'open' AND told_at IS NULL"),
        ),
    )

    id: UUID = key()
    applicant_id: UUID = row_of("person.id")
    country: str | None = Field(default=None, max_length=2)
    """Of the company, with ``code``."""
    code: str | None = words(nullable=True)
    """A company's registry code, as it was typed."""
    reference: str | None = words(nullable=True)
    """A customer number, as it was typed."""
    owner_id: UUID | None
    """Company or person that owned the account with this number when it was asked for."""
    role: str = words()
    permissions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    from_day: date
    through_day: date
    """The last day, inclusive."""
    may_pass_on: bool
    message: str = words(server_default="")
    state: str = words()
    """The last thing that happened; see ``domain.access_requests.states.shown_at``."""
    created_at: datetime = moment(default_now=True)
    lapses_at: datetime = moment()
    """From when on it cannot be answered any more."""
    told_at: datetime | None = moment(nullable=True)
    """When those who could give it were looked for and told, if there were any."""
    closed_at: datetime | None = moment(nullable=True)
    delegation_id: UUID | None = row_of("delegation.id", nullable=True)
    """The delegation that an approval made."""
