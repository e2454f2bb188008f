"""Usage of a month: what was used of each service, and of what its package allows. Pure.

These are sums, never single calls. What one record costs has up to six decimals: only sums are
rounded, so what people see in rows need not add up to the sum below them by a cent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from domain.billing.money import Money
from domain.call_details.records import Direction, UsageKind

_T = TypeVar("_T")
_KINDS, _DIRECTIONS = list(UsageKind), list(Direction)


class UsageUnit(StrEnum):
    """Unit of an allowance."""

    SECONDS = "seconds"
    BYTES = "bytes"
    COUNT = "count"


class Amount(NamedTuple):
    """An amount of use, and its cost without VAT."""

    seconds: int
    bytes: int
    quantity: int
    """Messages, or uses."""
    net: Money

    def and_(self, other: "Amount") -> "Amount":
        """Return both together. Raises MoneyError where they are not of one currency."""
        return Amount(
            self.seconds + other.seconds,
            self.bytes + other.bytes,
            self.quantity + other.quantity,
            self.net + other.net,
        )


class UsageRow(NamedTuple):
    """The use of a service in one way: in the month, or on a day of it."""

    service_id: UUID | None
    """None: of all services of the account together."""
    day: date | None
    """Of the operator's zone; None: in the whole month."""
    kind: UsageKind
    roaming: bool
    direction: Direction | None
    amount: Amount


class Allowance(NamedTuple):
    """The allowance of a service's package in the month, and the used part of it."""

    service_id: UUID
    kind: UsageKind
    unit: UsageUnit
    allowed: int | None
    """None: as much as one likes."""
    used: int


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """The usage of a month, as billing says it. ``is_final``: nothing is added to it any more."""

    rows: Sequence[UsageRow]
    allowances: Sequence[Allowance]
    is_final: bool
    as_of: datetime
    """Up to when records had come to billing."""
    is_whole: bool
    """Nothing is missing: all that billing says of it could be read."""


class WayTotal(NamedTuple):
    """The use in one way."""

    kind: UsageKind
    roaming: bool
    direction: Direction | None
    amount: Amount


class DayTotal(NamedTuple):
    """The use of one kind on a day."""

    day: date
    kind: UsageKind
    amount: Amount


def shown(rows: Iterable[UsageRow], own_from: date | None) -> list[UsageRow]:
    """Return the rows that somebody is shown: what came in is for the number's own user.

    Of what came in abroad others are told what it cost, as the bill does, and not how much it was.

    ``own_from``: the first whole day on which the number was theirs; None: it is not.
    """
    found = []
    for row in rows:
        is_own = own_from is not None and row.day is not None and row.day >= own_from
        if is_own or row.direction is not Direction.INCOMING:
            found.append(row)
        elif row.amount.net:
            cost = Amount(0, 0, 0, row.amount.net)
            found.append(row._replace(direction=None, amount=cost))
    return found


def since(rows: Iterable[UsageRow], first: date | None) -> list[UsageRow]:
    """Return the rows of this day and later; None: of any day. One without a day is of none."""
    if first is None:
        return [*rows]
    return [row for row in rows if row.day is not None and row.day >= first]


def totals(rows: Iterable[UsageRow]) -> list[WayTotal]:
    """Sum up by kind, home or abroad, and direction, in that order."""
    sums = _summed(rows, lambda row: (row.kind, row.roaming, row.direction))
    found = [WayTotal(*way, amount) for way, amount in sums.items()]
    return sorted(found, key=_by_way)


def by_day(rows: Iterable[UsageRow]) -> list[DayTotal]:
    """Sum up by day and kind, in that order. A row without a day belongs to none."""
    dated = [row for row in rows if row.day is not None]
    sums = _summed(dated, lambda row: (row.day or date.min, row.kind))
    found = [DayTotal(*day, amount) for day, amount in sums.items()]
    return sorted(found, key=lambda each: (each.day, _KINDS.index(each.kind)))


def by_service(rows: Iterable[UsageRow]) -> Mapping[UUID, list[UsageRow]]:
    """Return the rows of each service."""
    found: dict[UUID, list[UsageRow]] = {}
    for row in rows:
        if row.service_id is not None:
            found.setdefault(row.service_id, []).append(row)
    return found


def allowed(allowances: Iterable[Allowance]) -> Mapping[UUID, list[Allowance]]:
    """Return what the package of each service allows."""
    found: dict[UUID, list[Allowance]] = {}
    for each in allowances:
        found.setdefault(each.service_id, []).append(each)
    return found


def net_of(rows: Sequence[UsageRow]) -> Money:
    """Return what the rows cost together without VAT, rounded once. No rows: nothing, in euros."""
    if not rows:
        return Money.zero()
    return _all(row.amount for row in rows).net.rounded()


def _summed(rows: Iterable[UsageRow], by: Callable[[UsageRow], _T]) -> dict[_T, Amount]:
    sums: dict[_T, Amount] = {}
    for row in rows:
        key = by(row)
        sums[key] = sums[key].and_(row.amount) if key in sums else row.amount
    return sums


def _all(amounts: Iterable[Amount]) -> Amount:
    first, *rest = amounts
    for each in rest:
        first = first.and_(each)
    return first


def _by_way(total: WayTotal) -> tuple[int, bool, int]:
    direction = -1 if total.direction is None else _DIRECTIONS.index(total.direction)
    return _KINDS.index(total.kind), total.roaming, direction
