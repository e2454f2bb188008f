"""Models of paper mandates."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.accounts.people import PersonCode
from api.delegations.access_input import AccessInput
from api.http.document_schemas import AuthorityDocument, AuthorityDocumentInput
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import Erasable, NamedActor, Reason, ResponseModel
from domain import accounts
from domain.access.permissions import Permission
from domain.audit import Actor
from domain.delegations import terms
from domain.mandates.four_eyes import MandateAct, acts_on
from domain.mandates.states import MandateState
from services.mandates.reads import PaperMandate
from storage.mandates.mandate_queries import MandateView


class MandateInput(AccessInput):
    """A mandate on paper: what it gives to whom, and the paper.

    It cannot be passed on, and so never gives `access:manage`: the role `administrator` is given
    without it.
    """

    account_id: UUID
    person: PersonCode = Field(description="The person who gets the access.")
    from_day: date = Field(
        description="The first day, in the time zone of the installation. One that has passed is"
        " that of the paper: access begins with the confirmation."
    )
    through_day: date = Field(description="The last day, inclusive. At most five years ahead.")
    document: AuthorityDocumentInput = Field(description="The paper on which the mandate rests.")


class MandateTerms(ResponseModel):
    """The access that a mandate gives."""

    role: str = Field(description="The role that the permissions came from, or `composed`.")
    permissions: list[Permission]
    service_ids: list[UUID] = Field(description="Empty: the whole account.")
    service_labels: list[ServiceLabel] = Field(
        description="Those of them on its account now. Empty in answers to a POST."
    )
    from_day: date
    through_day: date = Field(description="The last day, inclusive.")

    @classmethod
    def of(cls, given: terms.Terms, services: Sequence[accounts.ServiceLabel]) -> Self:
        return cls(
            role=given.role,
            permissions=sorted(given.permissions),
            service_ids=sorted(given.service_ids),
            service_labels=[label for label in map(ServiceLabel.of, services) if label],
            from_day=given.from_day,
            through_day=given.through_day,
        )


class MandatePerson(ResponseModel):
    """The person to whom a mandate gives access."""

    id: UUID | None = Field(description="Null: forgotten, because it was not confirmed.")
    name: Erasable = Field(description="Null: unknown, forgotten, or this answers a POST.")
    country: Erasable = Field(
        description="For mandate officers, who compare it with the paper. Null: forgotten, for"
        " others, or this answers a POST."
    )
    code: Erasable = Field(description="The personal code, as `country`.")

    @classmethod
    def of(cls, found: MandateView, *, with_code: bool) -> Self:
        key = found.person if with_code else None
        return cls(
            id=found.person_id,
            name=found.person_name or None,
            country=key.country if key else None,
            code=key.code if key else None,
        )


class Mandate(ResponseModel):
    """A mandate on paper: recorded by one member of staff, confirmed by another."""

    id: UUID
    account_id: UUID
    account_reference: str = Field(description="Customer number of the account.")
    account_name: Erasable = Field(description="Null: this answers a POST.")
    state: MandateState
    person: MandatePerson = Field(description="The person who gets the access.")
    terms: MandateTerms
    document: AuthorityDocument
    recorded_by: NamedActor
    recorded_at: datetime
    lapses_at: datetime = Field(description="From then on it cannot be confirmed.")
    answered_by: NamedActor | None = Field(
        description="Who confirmed, rejected or withdrew it. Null: nobody did."
    )
    answered_at: datetime | None
    ended_at: datetime | None = Field(description="Null: it is not over, or never came about.")
    ended_reason: Reason | None
    may: list[MandateAct] = Field(
        description="What you may do with it now, where your role may. It is confirmed or rejected"
        " by another mandate officer than the one who recorded it."
    )

    @classmethod
    def of(cls, found: PaperMandate, caller: Actor, *, with_code: bool) -> Self:
        """Show a mandate to this member of staff; ``with_code``: the personal code too."""
        view, why = found.mandate, found.mandate.ended_reason
        return cls(
            id=view.id,
            account_id=view.account_id,
            account_reference=view.account_reference,
            account_name=view.account_name,
            state=view.state,
            person=MandatePerson.of(view, with_code=with_code),
            terms=MandateTerms.of(view.terms, found.services),
            document=AuthorityDocument.of(found.document),
            recorded_by=NamedActor.of(view.recorded_by),
            recorded_at=view.recorded_at,
            lapses_at=view.lapses_at,
            answered_by=NamedActor.of(view.answered_by) if view.answered_by else None,
            answered_at=view.answered_at,
            ended_at=view.ended_at,
            ended_reason=Reason.of(why) if why else None,
            may=acts_on(view.standing, caller),
        )


class MandateServices(ResponseModel):
    """A page of services that a mandate can name."""

    items: list[ServiceLabel]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class MandatePage(ResponseModel):
    """A page of mandates."""

    items: list[Mandate]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
