"""Grants: what a person holds, and what the register entitles a person to hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.access.permissions import Permission, Role, permissions_of
from domain.reasons import Reason
from domain.registry.authority import Authority, AuthorityKind


class Origin(StrEnum):
    """Origin of a grant."""

    REGISTER = "register"
    NUMBER_VERIFICATION = "number_verification"
    DELEGATION = "delegation"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's access role on an account, or on one service of it, for a period."""

    id: UUID
    role: str
    service_id: UUID | None
    """None: the whole account."""
    origin: Origin
    since: datetime
    until: datetime | None
    """None: until something ends it."""
    reason: Reason
    as_of: datetime | None = None
    """When the source of this grant last confirmed it; None: its source cannot be queried."""
    frozen: frozenset[Permission] | None = None
    """The permissions that were listed when it was given; None: it has those of its role."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """The permissions that this grant gives in its scope."""
        return permissions_of(self.role) if self.frozen is None else self.frozen

    @property
    def by_reading(self) -> bool:
        """Whether it follows from a reading of a signing rule, and so from the register."""
        return self.origin is Origin.OPERATOR and self.reason.code == SIGNING_RULE_READ


SIGNING_RULE_READ = "signing_rule_read"
"""Code of the reason of a grant that a reading of a signing rule gives."""

_ROLE_OF: dict[AuthorityKind, Role | None] = {
    AuthorityKind.SOLE: Role.ADMINISTRATOR,
    AuthorityKind.TOGETHER: Role.JOINT_REPRESENTATIVE,
    AuthorityKind.NONE: None,
    AuthorityKind.UNKNOWN: None,
}

ACCOUNT_CLOSED = Reason("account_closed", "The account is closed at the operator")
OWN_ACCOUNT = Reason("own_account", "The account is this person's own, says the operator")
OWNER_CHANGED = Reason("owner_changed", "The account belongs to somebody else now")


def role_for(authority: Authority) -> Role | None:
    """Return the access role that this authority gives on every account of the company."""
    return _ROLE_OF[authority.kind]


def must_stand(authority: Authority) -> bool:
    """Return whether grants in force stay although none is called for: unknown is not no."""
    return authority.kind is AuthorityKind.UNKNOWN
