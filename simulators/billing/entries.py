"""What the books hold: charges, what services have, and how limits were changed."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from simulators.billing.forms import Price

LIMITS = "limit"
Slot = tuple[UUID, str]
"""A service, and what it has: ``LIMITS``, or the product that it subscribes to."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a slot since the booking ``key``; no ``values``: nothing any more."""

    key: str
    values: dict[str, Any] | None
    before: "Held | None"
    account: UUID | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge that is not refunded. ``at``: seconds since 1970."""

    account: UUID
    service: UUID
    product: str
    prices: tuple[Price, ...]
    at: int

    @property
    def cents(self) -> int:
        return sum(each.cents for each in self.prices)


class Subscribed(NamedTuple):
    """What a service pays every month."""

    service: UUID
    product: str
    prices: list[Price]


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A limit was changed: by a booking (with its account), or by another system.

    ``before``, ``after`` None: it is that of the ledger; without values there is none.
    """

    at: int
    account: UUID | None
    service: UUID
    before: Held | None
    after: Held | None
    product: str | None
    key: str
