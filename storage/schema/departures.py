"""Table of the reviews that follow when somebody who gave in the owner's name has left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from domain.delegations.departures import ReviewState
from storage.schema.columns import key, moment, one_of, row_of, words


class DepartureReviewRow(SQLModel, table=True):
    """One departure of a giver from an account; what is reviewed is read from the delegations."""

    __tablename__ = "departure_review"
    __table_args__ = (
        one_of("state", ReviewState),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_departure_review_open",
            "account_id",
            "giver_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_departure_review_giver_id", "giver_id"),
    )

    id: UUID = key()
    """Also that of its process."""
    account_id: UUID = row_of("account.id")
    giver_id: UUID = row_of("person.id")
    """Who departed."""
    state: str = words()
    opened_at: datetime = moment()
    """The departure: what is confirmed later is kept."""
    closes_at: datetime = moment()
    """When what nobody confirmed ends, unless there is nobody to confirm."""
    period: int = 1
    """From 1; another one begins when somebody can review again."""
    unattended_since: datetime | None = moment(nullable=True)
    """Since when there is nobody to review, or it stands still, as far as was looked."""
    ended_at: datetime | None = moment(nullable=True)
