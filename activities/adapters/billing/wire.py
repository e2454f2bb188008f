"""Shapes on billing's wire that several reads share, and what is made of them.

A field that the samples of the standard leave out, or write otherwise than its schema, may be
missing here: what is needed is checked where it is used.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from activities.adapters.billing.reads import Unreadable
from activities.adapters.json_requests import is_id
from domain.billing.invoices import Period
from domain.billing.money import Money
from domain.days import is_in_every_calendar
from domain.visible_text import made_visible


class Wire(msgspec.Struct, rename="camel"):
    """Base of every shape. Fields that it does not name are not read."""


class WireMoney(Wire):
    """An amount: a number on the wire, read as a decimal."""

    value: Decimal
    unit: str = "EUR"


class WireRef(Wire):
    """A reference to something of billing's."""

    id: str | None = None
    name: str | None = None


class WirePeriod(Wire):
    """A period, half open."""

    start_date_time: str | None = None
    end_date_time: str | None = None


class WireTax(Wire):
    """Tax at one rate, in percent. What is taxed is an extension of the standard."""

    tax_category: str | None = None
    tax_rate: Decimal | None = None
    tax_amount: WireMoney | None = None
    taxable_amount: WireMoney | None = None


class WireCharacteristic(Wire):
    """A named value."""

    name: str
    value: object = None


def money_of(money: WireMoney | None) -> Money | None:
    """Return the amount; None for none. Raises ValueError."""
    return None if money is None else Money(money.value, money.unit)


def needed(money: WireMoney | None) -> Money:
    """Return the amount. Raises ValueError, also where there is none."""
    if money is None:
        raise Unreadable
    return Money(money.value, money.unit)


def id_of(text: str | None) -> str:
    """Return billing's id of something. Raises ValueError."""
    if text is None or not is_id(text):
        raise Unreadable
    return text


def text_of(text: str | None) -> str:
    """Return text for people, on one line."""
    return made_visible(text or "")[:500]


def percent_of(rate: Decimal | None) -> Decimal | None:
    """Return a tax rate in percent, as it is written; None for none. Raises ValueError."""
    if rate is None:
        return None
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise Unreadable
    whole = rate.quantize(Decimal("0.01")).normalize()
    return whole.quantize(Decimal(1)) if whole == whole.to_integral_value() else whole


def moment_of(text: str) -> datetime:
    """Return a moment with its offset. Raises ValueError, also where it has none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not is_in_every_calendar(moment):
        raise Unreadable
    return moment


def day_of(text: str | None, zone: ZoneInfo) -> date | None:
    """Return the day of a moment, or of what is a day already; None for none. Raises ValueError."""
    if text is None:
        return None
    if len(text) == len("2026-11-30"):
        return date.fromisoformat(text)
    return moment_of(text).astimezone(zone).date()


def period_of(period: WirePeriod | None, zone: ZoneInfo) -> Period | None:
    """Return the days of a period, the last one included; None where it has no start or no end.

    An end at midnight is not in it: the day before is the last one. Raises ValueError.
    """
    if period is None or not period.start_date_time or not period.end_date_time:
        return None
    start = day_of(period.start_date_time, zone)
    end = period.end_date_time
    if len(end) == len("2026-11-30"):
        through = date.fromisoformat(end)
    else:
        through = (moment_of(end).astimezone(zone) - timedelta(microseconds=1)).date()
    return None if start is None or through < start else Period(start, through)
