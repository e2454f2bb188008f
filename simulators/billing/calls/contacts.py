"""Whom a number calls: colleagues, people in Estonia and abroad, short numbers."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from simulators.billing.ledgers import Phone
from simulators.billing.months import Month

HOME, EU, WORLD = "domestic", "eu", "world"
EMERGENCY, VOICEMAIL, PARKING = "112", "+37256000000", "1902"
HELPLINES = ("116111", "116117", "116006")
_CODES = (
    (EU, "FI", "+35840", 7), (EU, "LV", "+3712", 7), (EU, "DE", "+4915", 9), (EU, "SE", "+467", 8),
    (WORLD, "GB", "+4477", 8), (WORLD, "US", "+1917", 7), (WORLD, "UA", "+38050", 7),
)  # fmt: skip


class Foreign(NamedTuple):
    """A number abroad."""

    zone: str
    country: str
    number: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom one number calls, and its device. ``near``: in Estonia, the frequent ones more often."""

    near: tuple[str, ...]
    far: tuple[Foreign, ...]
    premium: tuple[str, ...]
    imei: str
    cells: tuple[str, ...]


_ALWAYS = Month(0, 1)


def contacts(phone: Phone) -> Contacts:
    """Return the contacts of a number, always the same."""
    if ("contacts", _ALWAYS) not in phone.kept:
        phone.kept["contacts", _ALWAYS] = _made(phone, Random(f"contacts:{phone.seed}"))
    found: Contacts = phone.kept["contacts", _ALWAYS]
    return found


def _made(phone: Phone, chance: Random) -> Contacts:
    colleagues = [
        each.form.number
        for each in phone.ledger.phones[:20]
        if each is not phone and each.form.number
    ]
    mobiles = [f"+3725{_digits(chance, 7)}" for _ in range(24)]
    landlines = [f"+3726{_digits(chance, 6)}" for _ in range(10)]
    return Contacts(
        near=(*colleagues * 3, *mobiles[:6] * 4, *mobiles, *landlines, "1182"),
        far=tuple(
            Foreign(zone, where, code + _digits(chance, n)) for zone, where, code, n in _CODES
        ),
        premium=tuple(f"+372900{_digits(chance, 4)}" for _ in range(3)),
        imei=f"35{_digits(chance, 13)}",
        cells=tuple(f"248-01-{_digits(chance, 5)}" for _ in range(6)),
    )


def _digits(chance: Random, count: int) -> str:
    return f"{chance.randrange(10**count):0{count}}"
