"""Model of access that somebody is given: a role or permissions, on what, on which days."""

from dataclasses import replace
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.http.schemas import RequestModel
from domain.access.permissions import Permission
from domain.delegations import terms
from domain.delegations.periods import default_through
from domain.delegations.terms import Terms


class AccessInput(RequestModel):
    """Access to give: an access role or permissions, on an account or on services of it."""

    role: str | None = Field(None, max_length=50, description="This or `permissions`, not both.")
    permissions: list[Permission] | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Permissions, as `GET /v1/permissions` lists them. Left out: those of `role`.",
    )
    service_ids: list[UUID] = Field(
        default=[], max_length=500, description="Empty: the whole account."
    )
    from_day: date = Field(description="The first day, in the time zone of the installation.")
    through_day: date | None = Field(
        None, description="The last day, inclusive. Left out: a year, counted from the first day."
    )

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if (self.role is None) == (self.permissions is None):
            raise ValueError("names either a role or permissions")
        return self

    @property
    def passed_on(self) -> bool:
        """Whether the receiver may give it on."""
        return False

    @property
    def stated(self) -> str | None:
        """The purpose, where one was stated."""
        return None

    def given(self) -> tuple[str, frozenset[Permission]]:
        """Return the role and the permissions. Raises DelegationRefused as ``terms`` does."""
        if self.role is not None:
            return terms.of_role(self.role, may_pass_on=self.passed_on)
        return terms.composed(self.permissions or [])

    def terms(self) -> Terms:
        """Return the terms. Raises DelegationRefused for a role that cannot be given."""
        role, permissions = self.given()
        through = self.through_day or default_through(self.from_day)
        services = frozenset(self.service_ids)
        days = (self.from_day, through)
        wanted = Terms(role, permissions, services, *days, self.passed_on, self.stated)
        return wanted if wanted.needs_purpose else replace(wanted, purpose=None)
