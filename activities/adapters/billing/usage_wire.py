"""A usage record on the wire (TMF635 v4), and what of it becomes a record of ours.

Only members that are named here are read. IMEI and cell are not among them, and the number of a
caller who withheld it is left out: neither gets any further than this module.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import msgspec

from domain.call_details.records import Direction, UsageKind, UsageRecord
from domain.days import is_in_every_calendar

_LONGEST = 100
"""Characters of any text of a record."""
_MOST = 2**53
_FINEST = -6
"""Exponent of the finest cost; finer digits are the noise of binary fractions."""
_DIRECTIONS = {each.value: each for each in Direction}
_ZERO = Decimal(0)
_HIGHEST_COST = Decimal(10**6)
_HIGHEST_RATE = Decimal(100)


class _Status(StrEnum):
    """Statuses in which a record has its cost."""

    RATED = "rated"
    BILLED = "billed"


class _Named(msgspec.Struct, gc=False):
    name: str
    value: Any = None


class _Money(msgspec.Struct, gc=False):
    unit: str
    value: Decimal


class _Rating(msgspec.Struct, gc=False):
    taxExcludedRatingAmount: _Money  # noqa: N815 # TMF635's own name
    taxRate: Decimal  # noqa: N815


class UsageOnWire(msgspec.Struct, gc=False):
    """A record as billing writes it."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST)]
    usageDate: Annotated[datetime, msgspec.Meta(tz=True)]  # noqa: N815
    usageType: UsageKind  # noqa: N815
    status: _Status
    usageCharacteristic: list[_Named]  # noqa: N815
    ratedProductUsage: Annotated[list[_Rating], msgspec.Meta(min_length=1)]  # noqa: N815


def record_of(wire: UsageOnWire) -> UsageRecord:
    """Make a record of ours. Raises ValueError where it cannot be one; it repeats no value."""
    values = {each.name: each.value for each in wire.usageCharacteristic}
    direction = _DIRECTIONS.get(_text(values, "direction"))
    if direction is None or not is_in_every_calendar(wire.usageDate) or not wire.id.isprintable():
        raise ValueError("direction, moment or id")
    rating = wire.ratedProductUsage[0]
    return UsageRecord(
        wire.id,
        wire.usageDate,
        wire.usageType,
        _service_id(_text(values, "service")),
        direction,
        _text(values, "ownNumber"),
        _other_number(values, direction),
        _text(values, "zone"),
        _text(values, "country"),
        _flag(values, "roaming"),
        _number(values, "usedSeconds"),
        _number(values, "billedSeconds"),
        _number(values, "bytes"),
        _number(values, "count"),
        _net(wire.ratedProductUsage),
        _rate(rating.taxRate),
        _flag(values, "inBundle"),
        _text(values, "billNo"),
    )


_service_id = lru_cache(10_000)(UUID)
"""Of text: an account has far fewer services than records."""


def _other_number(values: Mapping[str, Any], direction: Direction) -> str:
    """Return the other number. Of a call that came in it must be told that it is not withheld."""
    withheld = values.get("withheld")
    if withheld is None:
        withheld = direction is not Direction.OUTGOING
    if not isinstance(withheld, bool):
        raise ValueError("withheld")  # noqa: TRY004 # its caller takes ValueErrors for wrong records
    return "" if withheld else _text(values, "otherNumber")


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > _LONGEST or not found.isprintable():
        raise ValueError(name)
    return found


def _number(values: Mapping[str, Any], name: str) -> int:
    found = values.get(name)
    if found is None:
        return 0
    if type(found) is not int or not 0 <= found <= _MOST:
        raise ValueError(name)
    return found


def _flag(values: Mapping[str, Any], name: str) -> bool:
    found = values.get(name)
    if found is None:
        return False
    if not isinstance(found, bool):
        raise ValueError(name)  # noqa: TRY004
    return found


def _net(ratings: list[_Rating]) -> Decimal:
    net = ratings[0].taxExcludedRatingAmount.value
    if len(ratings) > 1:
        net = sum((each.taxExcludedRatingAmount.value for each in ratings), _ZERO)
    exponent = net.as_tuple().exponent
    if not isinstance(exponent, int) or abs(net) > _HIGHEST_COST:
        raise ValueError("cost")  # not finite, or no cost of a call
    for each in ratings:
        if each.taxExcludedRatingAmount.unit != "EUR":
            raise ValueError("currency")
    return net if exponent >= _FINEST else round(net, -_FINEST)


def _rate(rate: Decimal) -> Decimal:
    exponent = rate.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 <= rate <= _HIGHEST_RATE:
        raise ValueError("VAT rate")
    return rate if exponent >= _FINEST else round(rate, -_FINEST)
