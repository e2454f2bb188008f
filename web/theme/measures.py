"""Amounts, times, data and months as people read them, from what the API says of them.

Of every measure the locale is Babel's name of it, as ``Formats.locale``.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from babel import dates, numbers, units

_CENT = Decimal("0.01")
_SMALLEST = Decimal("0.0001")
_BYTES = ((2**30, "digital-gigabyte"), (2**20, "digital-megabyte"), (2**10, "digital-kilobyte"))
"""Each has 1024 of the next, as operators count: a package of 20 GB has 20 480 MB."""


def amount(money: Mapping[str, str], locale: str) -> str:
    """Return ``{"amount": "1234.5", "currency": "EUR"}`` as ``1 234,50 €``.

    What has parts of a cent, as the price of a call, is shown with four decimals.
    """
    value = Decimal(money["amount"])
    rounded = value.quantize(_CENT, ROUND_HALF_UP)
    if rounded != value:
        rounded = value.quantize(_SMALLEST, ROUND_HALF_UP)
    return numbers.format_currency(
        rounded, money["currency"], locale=locale, decimal_quantization=False
    )


def more_than(money: Mapping[str, str], before: Mapping[str, str] | None, locale: str) -> str:
    """Return by how much an amount is more than another: ``+12,30 €``; less: ``-12,30 €``.

    None: there was nothing before.
    """
    difference = Decimal(money["amount"]) - Decimal(before["amount"] if before else 0)
    shown = amount({"amount": str(difference), "currency": money["currency"]}, locale)
    return f"+{shown}" if difference > 0 else shown


def rate(percent: str, locale: str) -> str:
    """Return a rate of VAT such as ``"24"`` or ``"5.5"`` as ``24%``."""
    return numbers.format_percent(Decimal(percent) / 100, locale=locale, decimal_quantization=False)


def duration(seconds: int, locale: str) -> str:
    """Return a time of calls: ``1 h 5 min``; seconds where it is shorter than a minute."""
    said = partial(units.format_unit, length="short", locale=locale)
    if seconds < 60:
        return said(seconds, "duration-second")
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return said(minutes, "duration-minute")
    shown = said(hours, "duration-hour")
    return f"{shown} {said(minutes, 'duration-minute')}" if minutes else shown


def data(count: int, locale: str) -> str:
    """Return an amount of data: ``1,25 GB``."""
    for size, unit in _BYTES:
        if count >= size:
            value = (Decimal(count) / size).quantize(_CENT)
            return units.format_unit(value, unit, length="short", locale=locale)
    unit = "digital-byte" if count else "digital-megabyte"
    return units.format_unit(count, unit, length="short", locale=locale)


def month(value: str, locale: str) -> str:
    """Return ``2026-11`` as ``november 2026``."""
    return dates.format_date(date.fromisoformat(f"{value}-01"), "LLLL y", locale=locale)


FILTERS: Mapping[str, Any] = {
    "amount": amount,
    "data": data,
    "duration": duration,
    "month": month,
    "more_than": more_than,
    "rate": rate,
}
"""Filters of templates, by name; each is told the locale."""
