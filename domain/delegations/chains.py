"""Chain of authority of a delegated grant: from the grant up to the owner's name.

Ids, codes and dates are as they were frozen when it was given; names are read when it is shown, and
never stored in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.delegations.basis import BasisKind
from domain.reasons import Reason
from domain.registry.register import Capacity

CODE = "delegated"
"""Code of the reason of a delegated grant: its facts are the first link."""


@dataclass(frozen=True, slots=True)
class Giver:
    """The person who gave or passed on, as far as the reader may know them."""

    id: UUID
    name: str | None
    """None: the reader may not know it, no register gave one, or it is erased."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A register's statement about a giver who represents the company, alone or together."""

    as_of: datetime | None
    capacity: Capacity | None
    """None: the giver's entry cannot be found any more, such as after an erasure."""


@dataclass(frozen=True, slots=True)
class Link:
    """One delegation of a chain: who gave it, when, on what basis, and for which days."""

    delegation_id: UUID
    basis: BasisKind
    given_on: date
    giver: Giver | None
    """None: it existed in the operator's systems before."""
    from_day: date
    through_day: date
    representation: Representation | None
    """Of a giver who represents the company, alone or together with others."""
    together_with: tuple[Giver, ...] = ()
    """Of basis ``joint``: the others who confirmed it."""

    @property
    def passed_on(self) -> bool:
        """Return whether the giver passed on a delegation of their own: the next link."""
        return self.basis is BasisKind.DELEGATION


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a chain. Without a person and not seeing all, no name is for them."""

    person_id: UUID | None = None
    sees_all: bool = False


def is_delegated(reason: Reason | Mapping[str, Any] | None) -> bool:
    """Return whether a reason is that of a delegated grant."""
    if reason is None:
        return False
    return (reason.code if isinstance(reason, Reason) else reason.get("code")) == CODE
