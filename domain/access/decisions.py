"""Decide whether a person may do something: a yes or a no, never without a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.grants import Grant
from domain.access.joined import joined_until
from domain.access.permissions import Permission
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one permission at one moment."""

    allowed: bool
    reasons: tuple[Reason, ...]
    """For a yes: the reason of each grant that allows it. For a no: what is missing."""
    grants: tuple[UUID, ...] = ()
    """The grants that allow it."""
    valid_until: datetime | None = None
    """When the last of them ends by itself, or of those that carry it on without a gap.

    None: no end is known (or nothing is allowed)."""
    as_of: datetime | None = None
    """The newest confirmation of a grant that allows it, by the grant's source."""


NO_ACCESS = Reason("no_access", "No access to this account is in force")


def decide(
    permission: Permission,
    held: Sequence[Grant],
    service_id: UUID | None = None,
    following: Sequence[Grant] = (),
) -> Decision:
    """Decide from the grants in force at the moment in question.

    ``service_id`` narrows the decision to one service. A grant on the whole account covers all of
    its services; a grant on one service covers no other service, and not the account itself.
    ``following``: grants that begin later. They allow nothing, and say until when it goes on.
    """
    if not held:
        return Decision(allowed=False, reasons=(NO_ACCESS,))
    in_scope = _in_scope(held, service_id)
    allowing = [g for g in in_scope if permission in g.permissions]
    if allowing:
        later = [g for g in _in_scope(following, service_id) if permission in g.permissions]
        return _yes(allowing, later)
    return Decision(allowed=False, reasons=tuple(_missing(permission, held, in_scope)))


def permissions_on(held: Sequence[Grant], service_id: UUID | None = None) -> frozenset[Permission]:
    """Return every permission that ``decide`` allows on the account, or on one of its services."""
    return frozenset[Permission]().union(*(g.permissions for g in _in_scope(held, service_id)))


def _in_scope(held: Sequence[Grant], service_id: UUID | None) -> list[Grant]:
    return [g for g in held if g.service_id is None or g.service_id == service_id]


def _yes(allowing: Sequence[Grant], following: Sequence[Grant]) -> Decision:
    confirmed = [grant.as_of for grant in allowing if grant.as_of is not None]
    return Decision(
        allowed=True,
        reasons=tuple(grant.reason for grant in allowing),
        grants=tuple(grant.id for grant in allowing),
        valid_until=joined_until(allowing, following),
        as_of=max(confirmed, default=None),
    )


def _what_lacks(grant: Grant) -> str:
    return f"The role {grant.role}" if grant.frozen is None else "What was given"


def _missing(
    permission: Permission, held: Sequence[Grant], in_scope: Sequence[Grant]
) -> list[Reason]:
    if not in_scope:
        text = "Access is to single services of this account, and this is about none of them"
        return [Reason("other_service", text, {"grants": [str(grant.id) for grant in held]})]
    return [
        Reason(
            "permission_not_in_role",
            f"{_what_lacks(grant)} does not include {permission}",
            {"grant": str(grant.id), "role": grant.role, "permission": permission.value},
        )
        for grant in in_scope
    ]
