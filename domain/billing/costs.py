"""Costs of a month by service and kind, compared with the month before. Pure.

VAT is that of EN 16931 (BR-CO-14, BR-CO-17): per rate, of the rate's net sum, rounded once. What
single calls cost, or the gross amounts of rows, is never added up after rounding.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.billing.invoices import LineKind
from domain.billing.money import Money

KINDS = list(LineKind)
"""In the order of reports."""
_PERCENT = Decimal(100)


class CostRow(NamedTuple):
    """The cost of a service in a month, of one kind and at one rate of VAT, as billing says it."""

    service_id: UUID | None
    """None: of the account, and of no service."""
    kind: LineKind
    net: Money
    gross: Money
    vat_rate: Decimal | None
    """In percent; None: billing does not say."""


@dataclass(frozen=True, slots=True)
class MonthCosts:
    """The costs of a month, as billing says them. ``is_final``: nothing is added to it any more."""

    rows: Sequence[CostRow]
    is_final: bool
    as_of: datetime
    """Up to when records had come to billing."""


class Cost(NamedTuple):
    """An amount without and with VAT."""

    net: Money
    gross: Money

    def and_(self, other: "Cost") -> "Cost":
        """Return both together. Raises MoneyError where they are not of one currency."""
        return Cost(self.net + other.net, self.gross + other.gross)

    def rounded(self) -> "Cost":
        """To hundredths."""
        return Cost(self.net.rounded(), self.gross.rounded())


class ComparedCost(NamedTuple):
    """A cost now and in the month before; None: nothing was booked of it then."""

    now: Cost
    before: Cost | None


class ComparedRow(NamedTuple):
    """The cost of a service, of one kind."""

    service_id: UUID | None
    kind: LineKind
    cost: ComparedCost


class VatOfRate(NamedTuple):
    """The net sum at a VAT rate, and its VAT; the rate is None where billing does not say it."""

    rate: Decimal | None
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class CostTotal:
    """The rounded sums of all costs."""

    cost: Cost
    vat: Sequence[VatOfRate]


def are_comparable(now: Iterable[CostRow], before: Iterable[CostRow]) -> bool:
    """Return whether two months can stand beside each other: both are of one currency."""
    return len({row.net.currency for row in (*now, *before)}) <= 1


def compared(now: Iterable[CostRow], before: Iterable[CostRow]) -> list[ComparedRow]:
    """Compare two months by service and kind, the account's own first.

    What was there in one of them only is in the list as well: nothing now is zero.
    """
    new, old = _by_place(now), _by_place(before)
    places = sorted(new.keys() | old.keys(), key=_order)
    return [ComparedRow(*place, _pair(new.get(place), old.get(place))) for place in places]


def by_kind(rows: Iterable[ComparedRow]) -> list[tuple[LineKind, ComparedCost]]:
    """Sum up by kind, over all services."""
    new: dict[LineKind, Cost] = {}
    old: dict[LineKind, Cost] = {}
    for _, kind, cost in rows:
        new[kind] = new[kind].and_(cost.now) if kind in new else cost.now
        if cost.before is not None:
            old[kind] = old[kind].and_(cost.before) if kind in old else cost.before
    return [(kind, _pair(new.get(kind), old.get(kind))) for kind in KINDS if kind in new]


def total_of(rows: Sequence[CostRow], currency: str = "EUR") -> CostTotal:
    """Sum up everything: VAT per rate, of the sum at that rate. ``currency``: where there is none.

    Where billing does not say a rate, the tax is the difference of its own amounts.
    """
    vat = [_vat_of(rate, cost) for rate, cost in _by_rate(rows)]
    if not vat:
        nothing = Money.zero(currency)
        return CostTotal(Cost(nothing, nothing), ())
    net, tax = vat[0].net, vat[0].vat
    for each in vat[1:]:
        net, tax = net + each.net, tax + each.vat
    return CostTotal(Cost(net, net + tax), tuple(vat))


def _by_rate(rows: Iterable[CostRow]) -> list[tuple[Decimal | None, Cost]]:
    """Sum up by rate, the highest first."""
    sums: dict[Decimal | None, Cost] = {}
    for row in rows:
        cost = Cost(row.net, row.gross)
        sums[row.vat_rate] = sums[row.vat_rate].and_(cost) if row.vat_rate in sums else cost
    return sorted(sums.items(), key=lambda each: -_PERCENT if each[0] is None else -each[0])


def _vat_of(rate: Decimal | None, cost: Cost) -> VatOfRate:
    net = cost.net.rounded()
    if rate is None:
        return VatOfRate(None, net, (cost.gross - cost.net).rounded())
    return VatOfRate(rate, net, Money(net.amount * rate / _PERCENT, net.currency).rounded())


def _by_place(rows: Iterable[CostRow]) -> Mapping[tuple[UUID | None, LineKind], Cost]:
    sums: dict[tuple[UUID | None, LineKind], Cost] = {}
    for row in rows:
        place, cost = (row.service_id, row.kind), Cost(row.net, row.gross)
        sums[place] = sums[place].and_(cost) if place in sums else cost
    return sums


def _pair(new: Cost | None, old: Cost | None) -> ComparedCost:
    if new is None:
        if old is None:
            raise ValueError("neither month has it")
        nothing = Money.zero(old.net.currency)
        return ComparedCost(Cost(nothing, nothing), old)
    return ComparedCost(new, old)


def _order(place: tuple[UUID | None, LineKind]) -> tuple[str, int]:
    service_id, kind = place
    return "" if service_id is None else str(service_id), KINDS.index(kind)
