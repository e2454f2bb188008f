"""Changes of a delegation: which need a new acceptance, and what a parent's change does below it.

What takes away counts at once. What gives more is a new version, which the receiver accepts.
"""

from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from domain.delegations.checks import covers
from domain.delegations.terms import Terms


class ChangeWay(StrEnum):
    """How a change of a delegation comes to count."""

    AT_ONCE = "at_once"
    """It gives nothing more than before."""
    ACCEPTED = "accepted"
    """Once the receiver accepts it."""
    CONFIRMED = "confirmed"
    """Once those who give together confirm it, and then the receiver accepts it."""


def needs_acceptance(before: Terms, after: Terms) -> bool:
    """Return whether the change gives anything that the terms before did not."""
    return not (
        after.permissions <= before.permissions
        and covers(before.service_ids, after.service_ids)
        and after.from_day >= before.from_day
        and after.through_day <= before.through_day
        and (before.may_pass_on or not after.may_pass_on)
    )


def clipped(child: Terms, parent: Terms) -> Terms | None:
    """Return what remains of terms that were passed on, once their parent has these terms.

    None: nothing does, or the parent may not pass on any more.
    """
    permissions = child.permissions & parent.permissions
    services = _narrowed(child.service_ids, parent.service_ids)
    first = max(child.from_day, parent.from_day)
    last = min(child.through_day, parent.through_day)
    if not parent.may_pass_on or not permissions or services is None or last < first:
        return None
    kept = replace(child, service_ids=services, from_day=first, through_day=last)
    return kept.with_permissions(permissions)


def _narrowed(child: frozenset[UUID], parent: frozenset[UUID]) -> frozenset[UUID] | None:
    """Return the services of both choices, of which an empty one is the whole account."""
    if not parent or not child:
        return child or parent
    return child & parent or None
