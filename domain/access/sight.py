"""Sight: what a caller sees of an account and of its services."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.decisions import decide, permissions_on
from domain.access.grants import Grant
from domain.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Sight:
    """What one caller sees of one account."""

    held: Sequence[Grant] | None
    """The grants on this account that are in force; None: the caller is staff and sees all."""

    @property
    def sees_account(self) -> bool:
        """Whether the caller sees that the account exists: with any grant, also on one service."""
        return self.held is None or len(self.held) > 0

    def sees(self, permission: Permission, service_id: UUID | None = None) -> bool:
        """Return whether the caller sees what this permission shows, there."""
        return self.held is None or decide(permission, self.held, service_id).allowed

    def permissions(self, service_id: UUID | None = None) -> list[Permission] | None:
        """The caller's own permissions, sorted; None for staff, who need none."""
        return None if self.held is None else sorted(permissions_on(self.held, service_id))

    def services(self, permission: Permission = Permission.SERVICE_VIEW) -> frozenset[UUID] | None:
        """The services on which the caller sees what this permission shows; None: on every one."""
        if self.held is None or self.sees(permission):
            return None
        on = {grant.service_id for grant in self.held if grant.service_id is not None}
        return frozenset(each for each in on if self.sees(permission, each))
