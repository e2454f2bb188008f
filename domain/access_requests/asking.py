"""Terms of requests and of approvals: to whom a request goes, and how much an approval gives."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.access.permissions import Permission
from domain.delegations.changes import needs_acceptance
from domain.delegations.periods import default_through
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from domain.delegations.terms import Terms
from domain.identifiers import CompanyKey

AskedOf = CompanyKey | str
"""A company, which means each of its accounts, or the customer number of one account."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Terms that an applicant wants on the whole account. They cannot know its services."""

    role: str
    permissions: frozenset[Permission]
    may_pass_on: bool = False
    from_day: date | None = None
    """None: the day on which it is asked for."""
    through_day: date | None = None
    """None: a year from the first day on."""

    def terms(self, today: date) -> Terms:
        """Return the terms that are asked for on this day."""
        first = self.from_day or today
        last = self.through_day or default_through(first)
        return Terms(self.role, self.permissions, frozenset(), first, last, self.may_pass_on)


@dataclass(frozen=True, slots=True)
class Approval:
    """Terms that an approver narrows. None: as it was asked for."""

    permissions: tuple[str, frozenset[Permission]] | None = None
    """With the name of the role that they come from."""
    service_ids: AbstractSet[UUID] = frozenset()
    """Empty: the whole account."""
    from_day: date | None = None
    through_day: date | None = None
    may_pass_on: bool | None = None

    def terms(self, asked: Terms, today: date) -> Terms:
        """Return what is given of ``asked``; days that are over by now are left out.

        Raises DelegationRefused ``beyond_request`` where it is more than was asked for: the
        applicant has agreed to that much only.
        """
        may_pass_on = asked.may_pass_on if self.may_pass_on is None else self.may_pass_on
        role, permissions = self.permissions or (asked.role, asked.permissions)
        if self.permissions is None and not may_pass_on:
            permissions -= {Permission.ACCESS_MANAGE}  # it is given only with passing on
        given = replace(
            asked,
            role=role,
            permissions=permissions,
            service_ids=frozenset(self.service_ids),
            from_day=self.from_day or max(asked.from_day, today),
            through_day=self.through_day or asked.through_day,
            may_pass_on=may_pass_on,
        )
        if needs_acceptance(asked, given):
            raise DelegationRefused(DelegationRefusal.BEYOND_REQUEST)
        return given
