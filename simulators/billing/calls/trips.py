"""When a number is abroad: some days of some months, in the EU or beyond it."""

from random import Random
from typing import NamedTuple

from simulators.billing.calls.contacts import EU, WORLD
from simulators.billing.ledgers import Phone
from simulators.billing.months import Month

_IN_EU = ("LV", "FI", "SE", "DE", "ES", "IT")
_BEYOND = ("TR", "GB", "US", "CH")
_DAY = 86_400


class Trip(NamedTuple):
    """Days abroad. ``first`` and ``end``: seconds since 1970, half open."""

    zone: str
    country: str
    first: int
    end: int


def trip(phone: Phone, month: Month) -> Trip | None:
    """Return the trip of a mobile number in a month: about one in three goes somewhere."""
    if phone.form.kind != "mobile":
        return None
    turn = (month.month + phone.form.service.int) % 6
    if turn not in {0, 2, 3}:
        return None
    chance = Random(f"trip:{phone.seed}{month}")
    # Towards the end of the month, so that some of it is told after the invoice was issued.
    first = month.start + chance.randrange(14, 24) * _DAY
    zone, where = (EU, _IN_EU) if turn else (WORLD, _BEYOND)
    return Trip(zone, chance.choice(where), first, min(first + 5 * _DAY, month.end))


def told_late(chance: Random, at: int) -> int:
    """Return when a foreign network tells of a record of ``at``: one to nine days later."""
    return at + int((1 + 8 * chance.random()) * _DAY)
