"""The few records of a month that cost something, or are rare: abroad, premium, short numbers."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from simulators.billing.calls.contacts import (
    EMERGENCY,
    EU,
    HELPLINES,
    HOME,
    PARKING,
    VOICEMAIL,
    WORLD,
    contacts,
)
from simulators.billing.calls.records import (
    DATA,
    FORWARDED,
    INCOMING,
    MMS,
    OUTGOING,
    PARTS,
    PREMIUM,
    SMS,
    VOICE,
    ZERO,
    Record,
)
from simulators.billing.calls.trips import told_late, trip
from simulators.billing.ledgers import Phone
from simulators.billing.months import Month

_SECOND = {
    (EU, OUTGOING): Decimal("0.003167"),
    (WORLD, OUTGOING): Decimal("0.012500"),
    (WORLD, "roaming"): Decimal("0.021667"),
}
_MESSAGE = {EU: Decimal("0.0565"), WORLD: Decimal("0.0968")}
_MMS = Decimal("0.2419")
_MEGABYTE = Decimal("0.002016")
_BYTES = 1_048_576
_PREMIUM = (Decimal("0.806452"), Decimal("1.596774"))
_PARKING = Decimal("1.20")
_FEWEST = 12
"""A number with fewer records in a month has no costly ones."""


class _Draft(NamedTuple):
    """A record without its moment, number and id."""

    kind: str
    direction: str
    other: str | None
    zone: str = HOME
    country: str = "EE"
    used: int = 0
    bytes: int = 0
    cost: Decimal = ZERO
    withheld: bool = False
    roaming: bool = False
    tax: int | None = None


def costly(phone: Phone, month: Month) -> list[Record]:
    """Return these records of a month, in order."""
    if ("costly", month) not in phone.kept:
        enough = phone.form.records >= _FEWEST and phone.form.kind in {"mobile", "fixed_line"}
        phone.kept["costly", month] = sorted(_made(phone, month)) if enough else []
    found: list[Record] = phone.kept["costly", month]
    return found


def _made(phone: Phone, month: Month) -> Iterator[Record]:
    chance, whom = Random(f"costly:{phone.seed}{month}"), contacts(phone)
    for n, draft in enumerate([*_at_home(phone, month, chance), *_beyond(phone, month, chance)]):
        at = _moment(phone, month, chance, abroad=draft.roaming)
        yield Record(
            at, f"{phone.form.service.hex}-{month}-{n:02}", phone.service, phone.form.number,
            draft.kind, draft.direction, draft.other, draft.withheld, draft.zone, draft.country,
            draft.roaming, draft.used, draft.used if draft.cost else 0, draft.bytes, 1,
            not draft.cost, draft.cost.quantize(PARTS),
            month.vat_rate if draft.tax is None else draft.tax,
            told_late(chance, at) if draft.roaming else at + draft.used + 60,
            whom.imei, whom.cells[0],
        )  # fmt: skip


def _at_home(phone: Phone, month: Month, chance: Random) -> Iterator[_Draft]:
    whom = contacts(phone)
    for zone, country, number in chance.sample(whom.far, 3):
        used = 30 + int(chance.expovariate(1 / 200))
        cost = used * _SECOND[zone, OUTGOING]
        yield _Draft(VOICE, OUTGOING, number, zone, country, used, cost=cost)
    yield _Draft(VOICE, INCOMING, whom.near[-2], used=95, withheld=True)
    yield _Draft(VOICE, FORWARDED, VOICEMAIL, used=21)
    short = EMERGENCY if month.month % 2 else HELPLINES[month.month % len(HELPLINES)]
    yield _Draft(VOICE, OUTGOING, short, used=64)
    if phone.form.kind != "mobile":
        return
    yield _Draft(PREMIUM, OUTGOING, chance.choice(whom.premium), cost=chance.choice(_PREMIUM))
    yield _Draft(PREMIUM, OUTGOING, PARKING, cost=_PARKING, tax=0)
    yield _Draft(MMS, OUTGOING, whom.near[0], cost=_MMS)
    zone, country, number = chance.choice(whom.far)
    yield _Draft(SMS, OUTGOING, number, zone, country, cost=_MESSAGE[zone])


def _beyond(phone: Phone, month: Month, chance: Random) -> Iterator[_Draft]:
    """Roaming beyond the EU, where nothing is within the package."""
    away, near = trip(phone, month), contacts(phone).near
    if away is None or away.zone != WORLD:
        return
    for n in range(chance.randint(4, 9)):
        if n % 2:
            size = int(chance.expovariate(1 / 60) * _BYTES)
            cost = _MEGABYTE * 50 * size / _BYTES
            yield _Draft(DATA, OUTGOING, None, WORLD, away.country, 600, size, cost, roaming=True)
        else:
            used = 20 + int(chance.expovariate(1 / 120))
            cost = used * _SECOND[WORLD, "roaming"]
            direction = chance.choice((OUTGOING, INCOMING))
            yield _Draft(
                VOICE, direction, chance.choice(near), WORLD, away.country, used, 0, cost,
                roaming=True,
            )  # fmt: skip


def _moment(phone: Phone, month: Month, chance: Random, *, abroad: bool) -> int:
    away = trip(phone, month)
    if abroad and away is not None:
        return chance.randrange(away.first, away.end)
    while True:
        at = chance.randrange(month.start, month.end)
        if away is None or not away.first <= at < away.end:
            return at
