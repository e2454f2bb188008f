"""How many records each hour of a month has."""

from bisect import bisect
from collections import Counter
from functools import lru_cache
from itertools import accumulate, pairwise
from random import Random

from simulators.billing.calls.contacts import WORLD
from simulators.billing.calls.trips import trip
from simulators.billing.ledgers import Phone
from simulators.billing.months import HOUR, Month, local

_OFFICE = (*[2] * 6, 6, 25, 70, 100, 110, 105, 80, 95, 105, 110, 100, 75, 50, 40, 35, 25, 12, 5)
_FREE = (*[3] * 7, 5, 12, 20, 28, 32, 32, 32, 30, 30, 30, 32, 34, 32, 28, 20, 12, 6)
_AT_HOME = (*[10] * 6, 15, 25, 30, 30, 30, 30, 35, 35, 35, 45, 60, 80, 95, 100, 100, 85, 50, 25)
_DRAWN = 20_000
"""Up to so many records their hours are drawn; more are spread by weight, which is faster."""
_SATURDAY = 5


def per_hour(phone: Phone, month: Month, records: int) -> tuple[int, ...]:
    """Return the number of records in each hour; always the same for a number and a month."""
    if ("hours", month) not in phone.kept:
        phone.kept["hours", month] = tuple(_spread(phone, month, records))
    found: tuple[int, ...] = phone.kept["hours", month]
    return found


@lru_cache(maxsize=256)
def twice(month: Month) -> frozenset[int]:
    """Return which hours of the month the clock shows twice: both of them."""
    shown = [local(month.start + n * HOUR) for n in range(_hours(month))]
    often = Counter((each.day, each.hour) for each in shown)
    return frozenset(n for n, each in enumerate(shown) if often[each.day, each.hour] > 1)


def _spread(phone: Phone, month: Month, records: int) -> list[int]:
    whole = list(accumulate(_weights(phone, month)))
    if not records or not whole[-1]:
        return [0] * len(whole)
    if records > _DRAWN:
        up_to = [records * each // whole[-1] for each in whole]
        counts = [up_to[0], *(b - a for a, b in pairwise(up_to))]
    else:
        chance = Random(f"hours:{phone.seed}{month}")
        drawn = Counter(bisect(whole, chance.random() * whole[-1]) for _ in range(records))
        counts = [drawn[n] for n in range(len(whole))]
    for hour in twice(month):
        if phone.form.kind == "mobile" and not counts[hour]:
            counts[hour] = 1
            counts[counts.index(max(counts))] -= 1
    return counts


def _weights(phone: Phone, month: Month) -> list[int]:
    """Return how busy each hour is. Beyond the EU nothing of the package is used."""
    beyond = trip(phone, month)
    away = (beyond.first, beyond.end) if beyond and beyond.zone == WORLD else (0, 0)
    weights = _at_home(month) if phone.form.kind in {"internet", "router"} else _at_work(month)
    return [
        0 if away[0] <= month.start + n * HOUR < away[1] else each for n, each in enumerate(weights)
    ]


@lru_cache(maxsize=256)
def _at_work(month: Month) -> tuple[int, ...]:
    shown = (local(month.start + n * HOUR) for n in range(_hours(month)))
    return tuple((_FREE if t.weekday() >= _SATURDAY else _OFFICE)[t.hour] for t in shown)


@lru_cache(maxsize=256)
def _at_home(month: Month) -> tuple[int, ...]:
    return tuple(_AT_HOME[local(month.start + n * HOUR).hour] for n in range(_hours(month)))


def _hours(month: Month) -> int:
    return (month.end - month.start) // HOUR
