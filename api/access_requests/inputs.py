"""Bodies of requests about access requests: what is asked for, and what is approved of it."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field, model_validator

from api.http.problems import Problem
from api.http.schemas import RequestModel, SingleLine
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.access.permissions import Permission
from domain.access_requests.asking import Approval, AskedOf, Wish
from domain.access_requests.request_rules import LONGEST_MESSAGE
from domain.delegations import terms
from domain.identifiers import CompanyKey, InvalidIdentifier
from services.access_requests.requests import RequestPolicy


async def _policy(request: Request) -> RequestPolicy:
    parts = parts_of(request)
    return RequestPolicy(parts.access_requests, parts.offers)


Policy = Annotated[RequestPolicy, Depends(_policy)]
_Role = Annotated[str | None, Field(max_length=50, description="This or `permissions`, not both.")]
_Permissions = Annotated[list[Permission] | None, Field(min_length=1, max_length=100)]


class CompanyCode(RequestModel):
    """A company, by country and registry code."""

    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    code: str = Field(
        min_length=1,
        max_length=256,
        description="Registry code of the company.",
    )

    def key(self) -> CompanyKey:
        """Return the validated key. Raises Problem."""
        try:
            return CompanyKey.of(self.country, self.code)
        except InvalidIdentifier as error:
            issue = ValidationIssue("/company/code", str(error))
            raise Problem("invalid", errors=[issue]) from None


class AccessRequestInput(RequestModel):
    """A request for access: to a company, or to the owner of one account."""

    company: CompanyCode | None = Field(None, description="This or `customer_number`, not both.")
    customer_number: SingleLine | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Customer number of the account whose owner is asked. This or `company`, not"
        " both.",
    )
    role: _Role = None
    permissions: _Permissions = None
    from_day: date | None = Field(
        None, description="The first day, in the time zone of the installation. Left out: today."
    )
    through_day: date | None = Field(
        None, description="The last day, inclusive. Left out: a year, counted from the first day."
    )
    may_pass_on: bool = Field(False, description="Whether you want to be able to give it on.")
    message: SingleLine = Field(
        "", max_length=LONGEST_MESSAGE, description="For those who decide, with your name."
    )

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if (self.company is None) == (self.customer_number is None):
            raise ValueError("names either a company or a customer number")
        if (self.role is None) == (self.permissions is None):
            raise ValueError("names either a role or permissions")
        return self

    def asked_of(self) -> AskedOf:
        """Return the company or customer number. Raises Problem for a code that is nobody's."""
        return self.company.key() if self.company else self.customer_number or ""

    def wish(self) -> Wish:
        """Return what is asked for. Raises DelegationRefused for a role that cannot be given."""
        role, permissions = (
            terms.of_role(self.role, may_pass_on=self.may_pass_on)
            if self.role is not None
            else terms.composed(self.permissions or [])
        )
        days = (self.from_day, self.through_day)
        return Wish(role, permissions, self.may_pass_on, *days)


class ApprovalInput(RequestModel):
    """On which account you approve, and what you leave of the request. Left out: as asked for."""

    account_id: UUID = Field(
        description="Id of the account on which access is given: one of the owner who is asked."
    )
    role: _Role = None
    permissions: _Permissions = Field(
        None,
        description="The permissions to give, some of those asked for. Left out: all of them.",
    )
    service_ids: list[UUID] = Field(
        default=[], max_length=500, description="Empty: the whole account."
    )
    from_day: date | None = Field(
        None,
        description="The first day. Left out: as asked for.",
    )
    through_day: date | None = Field(
        None,
        description="The last day, included. Left out: as asked for.",
    )
    may_pass_on: bool | None = Field(
        None,
        description="Whether the applicant may pass it on. Left out: as asked for.",
    )

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if self.role is not None and self.permissions is not None:
            raise ValueError("names either a role or permissions")
        return self

    def approval(self) -> Approval:
        """Return what is approved. Raises DelegationRefused for a role that cannot be given."""
        given = None
        if self.role is not None:
            given = terms.of_role(self.role, may_pass_on=bool(self.may_pass_on))
        elif self.permissions is not None:
            given = terms.composed(self.permissions)
        services = frozenset(self.service_ids)
        return Approval(given, services, self.from_day, self.through_day, self.may_pass_on)
