"""Sums per VAT rate, by EN 16931: tax is rounded once for each rate, never for each line."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")


class Taxed(NamedTuple):
    """What is taxed at one rate (percent), and the tax."""

    rate: int
    net: Decimal
    tax: Decimal


def rounded(amount: Decimal) -> Decimal:
    """Round to cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def with_tax(net: Decimal, rate: int) -> Decimal:
    return rounded(net * (100 + rate) / 100)


def without_tax(gross: Decimal, rate: int) -> Decimal:
    return rounded(gross * 100 / (100 + rate))


def per_rate(amounts: Iterable[tuple[int, Decimal]]) -> list[Taxed]:
    """Add up net amounts by their rates, the highest first."""
    sums: dict[int, Decimal] = {}
    for rate, net in amounts:
        sums[rate] = sums.get(rate, Decimal(0)) + net
    return [Taxed(rate, net, rounded(net * rate / 100)) for rate, net in sorted(sums.items())[::-1]]
