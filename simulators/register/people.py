"""Invented people, each a pure function of a seed and a number.

A personal code can be turned back into its number, so a world of any size answers "where is this
person a holder?" without keeping a list of everyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

from simulators.register import names
from simulators.register.codes import (
    BIRTHDAYS,
    FIRST_BIRTHDAY,
    SERIALS,
    birth_and_serial,
    born_on,
    is_male,
    personal_code,
)

_PLACES = BIRTHDAYS * len(SERIALS)
# Spreads neighbouring numbers apart; coprime to _PLACES, so that the step can be reversed.
_STEP = 9_999_991
_STEP_BACK = pow(_STEP, -1, _PLACES)


@dataclass(frozen=True, slots=True)
class Person:
    """A natural (F) or legal (J) person as a register card names it."""

    kind: Literal["F", "J"]
    first_name: str
    name: str
    """Surname, or the business name of a legal person."""
    code: str = ""
    """Personal or registry code; empty where the register knows none."""
    country: str = ""
    """Alpha-3 code of the country that gave the code; without a code, of residence."""
    born: date | None = None

    @property
    def key(self) -> tuple[str, str] | None:
        """Country and code: what makes two rows the same person. None without a code."""
        return (self.country, self.code) if self.code else None


@dataclass(frozen=True, slots=True)
class People:
    """Everyone who could be invented from ``seed``, by number."""

    seed: int

    def at(self, number: int) -> Person:
        """Return the person with this number: always the same one."""
        place = (number * _STEP + self.seed * 7_919) % _PLACES
        born = born_on(place % BIRTHDAYS)
        serial = SERIALS[place // BIRTHDAYS]
        chance = Random((self.seed << 34) + (number << 1) + 1)
        country = _country(chance.random())
        first, last = _name(chance, country, male=is_male(serial))
        if not country:
            # The real file holds such people too: neither a code nor a hash of one.
            residence = chance.choice(("FIN", "SWE", "DEU", "GER", "LVA", "XXX"))
            return Person("F", first, last, "", residence, born)
        return Person("F", first, last, personal_code(country, born, serial), country, born)

    def number_of(self, country: str, code: str) -> int | None:
        """Return the number of the person with this code; None for a code not invented here."""
        read = birth_and_serial(country, code)
        if read is None or read[1] not in SERIALS:
            return None
        day = (read[0] - FIRST_BIRTHDAY).days
        if not 0 <= day < BIRTHDAYS:
            return None
        place = day + BIRTHDAYS * SERIALS.index(read[1])
        return (place - self.seed * 7_919) * _STEP_BACK % _PLACES


def _country(share: float) -> str:
    if share < 0.967:
        return "EST"
    if share < 0.982:
        return "FIN" if share < 0.974 else "LVA" if share < 0.979 else "LTU"
    return ""


def _name(chance: Random, country: str, *, male: bool) -> tuple[str, str]:
    if country != "EST":
        firsts, lasts = names.FOREIGN[country]
        return chance.choice(firsts), chance.choice(lasts)
    if chance.random() < 0.3:
        firsts = names.RUSSIAN_MEN if male else names.RUSSIAN_WOMEN
        return chance.choice(firsts), chance.choice(names.RUSSIAN_STEMS) + ("" if male else "a")
    firsts = names.MEN if male else names.WOMEN
    return chance.choice(firsts), surname(chance)


def surname(chance: Random) -> str:
    """Return an Estonian surname, sometimes a double one."""
    one: Sequence[str] = names.SURNAMES
    if chance.random() < 0.04:
        return f"{chance.choice(one)}-{chance.choice(one)}"
    return chance.choice(one)
