"""Terms of a delegation: what it gives, on what, on which days."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from domain.access.permissions import GIVEN_BY_NAME, Permission, Role, permissions_of
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused

COMPOSED = "composed"
"""In place of a role's name, where permissions were chosen one by one."""
LONGEST_PURPOSE = 500
"""Most characters of a purpose."""
DELEGABLE_ROLES = (Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.USER)
"""Roles that can be given. A joint representative is one by the register only."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a delegation gives. ``permissions`` are frozen: a role that grows later adds nothing."""

    role: str
    """Name of the role that the permissions came from, or ``COMPOSED``."""
    permissions: frozenset[Permission]
    service_ids: frozenset[UUID]
    """Empty: the whole account."""
    from_day: date
    through_day: date
    """The last day, inclusive."""
    may_pass_on: bool = False
    purpose: str | None = field(default=None, compare=False, repr=False)
    """Why, as the giver wrote it, of permissions that are given by name; None: erased, or none.

    Free text, kept beside what is agreed: other words are no other terms.
    """

    @property
    def needs_purpose(self) -> bool:
        """Whether any of the permissions is given by name only, with a purpose."""
        return bool(self.permissions & GIVEN_BY_NAME)

    @property
    def scopes(self) -> list[UUID | None]:
        """One for each grant that carries the terms out: a service, or None for the account."""
        return list[UUID | None](sorted(self.service_ids)) or [None]

    def with_permissions(self, permissions: frozenset[Permission]) -> "Terms":
        """Return the terms with these permissions. Others than before are no role's."""
        role = self.role if permissions == self.permissions else COMPOSED
        return replace(self, role=role, permissions=permissions)


def of_role(name: str, *, may_pass_on: bool) -> tuple[str, frozenset[Permission]]:
    """Return a role and what it gives: ``access:manage`` only together with passing on.

    Raises DelegationRefused for a role that cannot be given.
    """
    if name not in DELEGABLE_ROLES:
        raise DelegationRefused(Refusal.UNKNOWN_ROLE)
    given = permissions_of(name)
    return name, given if may_pass_on else given - {Permission.ACCESS_MANAGE}


def composed(names: Iterable[str]) -> tuple[str, frozenset[Permission]]:
    """Return the permissions of these names. Raises DelegationRefused for one that is unknown."""
    wanted = set(names)
    if not wanted <= set(Permission):
        raise DelegationRefused(Refusal.UNKNOWN_PERMISSION)
    return COMPOSED, frozenset(map(Permission, wanted))
