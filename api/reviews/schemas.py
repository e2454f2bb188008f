"""Models of the review of access to an account."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.http.grant_schemas import Grant
from api.http.schemas import Reason, RequestModel, ResponseModel
from domain.access import grants
from domain.access.bars import Bar
from domain.access.grants import Origin
from domain.accounts import ServiceLabel
from domain.delegations.basis import BasisKind
from domain.numbers.phone_numbers import masked
from domain.reviews.decisions import Decided, ReviewDecision
from storage.delegations.departure_queries import OpenDepartureReview
from storage.reviews.deciding import Reviewed
from storage.reviews.review_queries import ReviewedGrant


class AccessGiver(StrEnum):
    """The giver of access."""

    OPERATOR = "operator"
    PERSON = "person"
    """By a delegation."""
    PROVED_NUMBER = "proved_number"
    REGISTER = "register"


_GIVERS = {
    Origin.REGISTER: AccessGiver.REGISTER,
    Origin.NUMBER_VERIFICATION: AccessGiver.PROVED_NUMBER,
    Origin.DELEGATION: AccessGiver.PERSON,
    Origin.OPERATOR: AccessGiver.OPERATOR,
}


def _given_by(grant: grants.Grant) -> AccessGiver:
    """Return who gave a grant. An imported delegation is the operator's."""
    imported = grant.reason.facts.get("kind") == BasisKind.IMPORTED
    return AccessGiver.OPERATOR if imported else _GIVERS[grant.origin]


class GivenBy(ResponseModel):
    """From whom access comes."""

    kind: AccessGiver = Field(description="On whose word there is the access.")
    id: UUID | None = Field(description="Of a `person`; null also where the operator imported it.")
    name: str | None = Field(
        description="Name of who gave it. Null: nobody by name, or not for the caller to see."
    )


class AccessBar(ResponseModel):
    """A person to whom proved numbers give no access to the account, until it is lifted."""

    id: UUID
    person_id: UUID = Field(description="Id of the person.")
    name: str | None = Field(
        description="Name of the person. Null: it is not known, or not for the caller to see."
    )
    since: datetime
    begun_by: UUID = Field(description="The person who took the access away.")
    begun_by_name: str | None = Field(
        description="Name of who took access away, so that it began. Null: not known, or not for"
        " the caller to see."
    )

    @classmethod
    def of(cls, bar: Bar) -> Self:
        return cls(
            id=bar.id,
            person_id=bar.person_id,
            name=bar.person_name or None,
            since=bar.since,
            begun_by=bar.begun_by,
            begun_by_name=bar.begun_by_name or None,
        )


class AccessBarPage(ResponseModel):
    """A page of bars."""

    items: list[AccessBar]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class Departure(ResponseModel):
    """Somebody who gave access in the owner's name, and has left: confirm what is to be kept."""

    id: UUID
    giver_id: UUID = Field(description="Id of the person who gave, and has left.")
    giver_name: str | None = Field(description="Name of that person. Null: it is not known.")
    opened_at: datetime
    closes_at: datetime = Field(
        description="When what is not confirmed ends, unless there is nobody to confirm it."
    )
    delegation_ids: list[UUID] = Field(description="In force, and not confirmed since.")

    @classmethod
    def of(cls, review: OpenDepartureReview, giver_name: str) -> Self:
        return cls(
            id=review.id,
            giver_id=review.giver_id,
            giver_name=giver_name or None,
            opened_at=review.opened_at,
            closes_at=review.closes_at,
            delegation_ids=sorted(review.delegation_ids),
        )


class ReviewedAccess(ResponseModel):
    """A grant that gives access now, and what may be decided about it."""

    person_id: UUID
    name: str | None
    number: str | None = Field(
        description="Of access by a proved number: the number, masked, as `+3725••••123`."
    )
    suspended: bool = Field(
        description="The person or the account is frozen, so the access is not in force. Such"
        " access is listed for staff only."
    )
    grant: Grant = Field(description="The grant that gives it.")
    delegation_id: UUID | None = Field(
        description="The delegation that gives it: decisions name it, not the grant."
    )
    given_by: GivenBy = Field(description="Who gave the access.")
    confirmed_at: datetime | None = Field(description="When a review last confirmed it.")
    last_used: date | None = Field(
        description="The last day on which the person used access to this account, whichever of"
        " their grants it rested on. Null: not within the last 400 days. A day of the"
        " installation's time zone, a minute late at most."
    )
    may: list[ReviewDecision] = Field(
        description="The decisions that the caller may take alone; for staff, that the owner may."
        " Who acts only together with others does not `confirm` alone."
    )
    how_to_change: Reason | None = Field(description="Where no decision is possible.")

    @classmethod
    def of(
        cls,
        row: ReviewedGrant,
        services: Mapping[UUID, ServiceLabel],
        number: str | None,
        *,
        alone: bool,
    ) -> Self:
        """Show a grant. ``services``: labels of those that the caller sees.

        ``number``: the one that it rests on, which is shown masked. ``alone``: False where the
        caller acts only together with others.
        """
        giver, how = row.giver, row.standing.how_to_change
        return cls(
            person_id=row.person_id,
            name=row.name or None,
            number=masked(number) if number else None,
            suspended=row.suspended,
            grant=Grant.of(row.grant, services),
            delegation_id=row.delegation_id,
            given_by=GivenBy(
                kind=_given_by(row.grant),
                id=giver and giver.id,
                name=(giver.name or None) if giver else None,
            ),
            confirmed_at=row.confirmed_at,
            last_used=row.last_used,
            may=[each for each in row.standing.may if alone or each.takes_away],
            how_to_change=Reason.of(how) if how else None,
        )


class AccessReview(ResponseModel):
    """A page of everyone with access to an account."""

    departures: list[Departure] = Field(description="On the first page: reviews to be done.")
    bars: list[AccessBar] = Field(
        description="On the first page: bars in force, the first 100. `…/bars` lists all."
    )
    more_bars: bool = Field(
        description="There are more bars than `bars` lists: see `GET /v1/accounts/{id}/bars`."
    )
    items: list[ReviewedAccess] = Field(description="Everyone with access now.")
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class ReviewDecisionInput(RequestModel):
    """A decision about one grant or delegation."""

    grant_id: UUID | None = Field(None, description="This or `delegation_id`, not both.")
    delegation_id: UUID | None = Field(
        None,
        description="Id of the delegation. This or `grant_id`, not both.",
    )
    decision: ReviewDecision = Field(description="What becomes of it.")
    through_day: date | None = Field(
        None, description="The new last day, inclusive. With `shorten`, and with nothing else."
    )

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.grant_id is None) == (self.delegation_id is None):
            raise ValueError("names either a grant or a delegation")
        if (self.through_day is None) == (self.decision is ReviewDecision.SHORTEN):
            raise ValueError("has a last day where, and only where, it shortens")
        return self

    def decided(self) -> Decided:
        return Decided(self.decision, self.grant_id, self.delegation_id, self.through_day)


class ReviewDecisionsInput(RequestModel):
    """Decisions of a review: all of them are carried out, or none."""

    decisions: list[ReviewDecisionInput] = Field(
        min_length=1,
        max_length=100,
        description="The decisions.",
    )


class ReviewOutcome(ResponseModel):
    """Result of decisions: what ended and what began."""

    delegations_ended: list[UUID] = Field(
        description="With those that were passed on from the ones named."
    )
    grants_ended: list[UUID] = Field(
        description="With all that proved numbers gave to the people who are barred now."
    )
    bars: list[UUID] = Field(description="Bars that began.")

    @classmethod
    def of(cls, done: Reviewed) -> Self:
        return cls(
            delegations_ended=_sorted(done.delegations_ended),
            grants_ended=_sorted(done.grants_ended),
            bars=_sorted(done.bars),
        )


def _sorted(ids: Sequence[UUID]) -> list[UUID]:
    return sorted(set(ids))
