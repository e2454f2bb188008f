"""Money: a decimal amount with its currency. Never a binary fraction, never without a currency."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Self

_CURRENCY = re.compile(r"[A-Z]{3}")
_FINEST = Decimal("0.000001")
"""Finest amount: a call's cost has up to six decimals; more are noise of binary fractions."""
_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 15
_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)


_MOST_SUMMED = _MOST / 10
"""So that sums of parts, their differences and taxes are amounts as well."""


class MoneyError(ValueError):
    """The value is no amount of money, or two amounts are not of one currency."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217); below zero: owed the other way round.

    Raises MoneyError where the amount is not finite, or beyond what any bill has.
    """

    amount: Decimal
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if _CURRENCY.fullmatch(self.currency) is None:
            raise MoneyError("not a currency")
        if not self.amount.is_finite() or self.amount.copy_abs() >= _MOST:
            raise MoneyError("not an amount")
        object.__setattr__(self, "amount", _plain(self.amount))

    @classmethod
    def of_text(cls, amount: str, currency: str = "EUR") -> Self:
        """From a decimal string, like ``12.34``. Raises MoneyError."""
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise MoneyError("not an amount") from None

    @classmethod
    def zero(cls, currency: str = "EUR") -> Self:
        """Nothing."""
        return cls(Decimal(0), currency)

    @property
    def text(self) -> str:
        """The amount as people and JSON write it: two decimals, or as many as it has up to six."""
        return f"{self.amount:f}"

    @property
    def cents(self) -> int:
        """Hundredths of the unit, rounded half up."""
        return int(self.rounded().amount * 100)

    def rounded(self) -> Self:
        """To hundredths, half up. Only sums are rounded, never what is summed up."""
        return type(self)(self.amount.quantize(_CENT, context=_EXACT), self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._check(other)
        return self.amount < other.amount

    def __gt__(self, other: "Money") -> bool:
        self._check(other)
        return self.amount > other.amount

    def __bool__(self) -> bool:
        """Return whether it is not zero."""
        return self.amount != 0

    def _check(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise MoneyError("not of one currency")


def _plain(amount: Decimal) -> Decimal:
    """The amount to six decimals at most and two at least; zero has no sign."""
    whole = amount.quantize(_FINEST, context=_EXACT) + 0
    last = whole.normalize(_EXACT).as_tuple().exponent
    return whole.quantize(Decimal(1).scaleb(min(int(last), -2)), context=_EXACT)


def can_be_summed(amounts: Iterable[Money]) -> bool:
    """Return whether any of these can be added up: they are of one currency, and not too much."""
    found = [*amounts]
    total = sum((each.amount.copy_abs() for each in found), Decimal(0))
    return len({each.currency for each in found}) <= 1 and total < _MOST_SUMMED
