"""Models of access requests: as their applicant sees them, and as those who could approve do."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Erasable, ResponseModel
from domain.access.permissions import Permission
from domain.access_requests.states import AccessRequestState
from domain.identifiers import CompanyKey
from storage.access_requests.request_queries import AccessRequestView


class RequestedTerms(ResponseModel):
    """Terms that are asked for, on the whole account."""

    role: str = Field(description="The role that the permissions came from, or `composed`.")
    permissions: list[Permission]
    from_day: date = Field(description="The first day.")
    through_day: date
    may_pass_on: bool

    @classmethod
    def of(cls, view: AccessRequestView) -> Self:
        own = view.terms
        return cls(
            role=own.role,
            permissions=sorted(own.permissions),
            from_day=own.from_day,
            through_day=own.through_day,
            may_pass_on=own.may_pass_on,
        )


class RequestedCompany(ResponseModel):
    """The company whose accounts access is asked for."""

    country: str
    code: str = Field(description="Registry code of the company.")


class AccessRequest(ResponseModel):
    """An access request, as its applicant sees it: the same whether or not anybody is asked."""

    id: UUID
    state: AccessRequestState
    company: RequestedCompany | None = Field(
        description="The company of which it is asked. Null: the owner of one account is asked."
    )
    customer_number: Erasable = Field(
        description="Null: a company is asked, or this answers a POST."
    )
    terms: RequestedTerms = Field(description="What is asked for.")
    message: Erasable = Field(description="Null: there is none, or this answers a POST.")
    created_at: datetime
    lapses_at: datetime = Field(description="From then on nobody can approve it.")
    delegation_id: UUID | None = Field(description="What was given; it may be less. Null: nothing.")

    @classmethod
    def of(cls, view: AccessRequestView) -> Self:
        company = view.asked_of if isinstance(view.asked_of, CompanyKey) else None
        return cls(
            id=view.id,
            state=view.state,
            company=company and RequestedCompany(country=company.country, code=company.code),
            customer_number=None if company else str(view.asked_of),
            terms=RequestedTerms.of(view),
            message=view.message or None,
            created_at=view.created_at,
            lapses_at=view.lapses_at,
            delegation_id=view.delegation_id,
        )


class AccessRequestPage(ResponseModel):
    """A page of access requests."""

    items: list[AccessRequest]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class Applicant(ResponseModel):
    """The person who asks for access."""

    id: UUID = Field(description="Id of the person.")
    name: str | None = Field(description="Null: none is known.")


class ReceivedAccessRequest(ResponseModel):
    """An open access request, as those see it who could approve it."""

    id: UUID
    applicant: Applicant
    terms: RequestedTerms
    message: str | None = Field(description="In the applicant's words. Null: there is none.")
    created_at: datetime
    lapses_at: datetime

    @classmethod
    def of(cls, view: AccessRequestView) -> Self:
        return cls(
            id=view.id,
            applicant=Applicant(id=view.applicant_id, name=view.applicant_name or None),
            terms=RequestedTerms.of(view),
            message=view.message or None,
            created_at=view.created_at,
            lapses_at=view.lapses_at,
        )


class ReceivedAccessRequestPage(ResponseModel):
    """A page of access requests to be answered."""

    items: list[ReceivedAccessRequest]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
