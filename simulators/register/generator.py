"""Invents companies, each a pure function of a seed and a number.

All companies of one person are in one *neighbourhood* of sixteen, so queries by company and by
person are answered by inventing sixteen companies at most: a world of 375,000 starts at once and
takes no memory.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from simulators.register import names
from simulators.register.cards import Company, Holder
from simulators.register.codes import registry_code
from simulators.register.drafts import MINISTRY, NEIGHBOURHOOD, PEOPLE_PER_COMPANY, Draft, fill
from simulators.register.people import People

LARGEST = 480_000
"""More companies would need registry codes that other kinds of companies have."""
CANARY_CODE = "70000310"
NEWCOMERS = range(5_000_000, 20_000_000)
"""Numbers of people who sit in no invented company."""
_CANARY_PERSON = NEWCOMERS.stop

_FORMS = {
    "OÜ": 0.754, "FIE": 0.062, "MTÜ": 0.085, "KÜ": 0.066, "AS": 0.008, "UÜ": 0.006, "TÜ": 0.002,
    "SA": 0.004, "TÜH": 0.003, "FIL": 0.003, "KOVAS": 0.005, "TRAS": 0.002,
}  # fmt: skip
_CODES_FROM = {"MTÜ": 8_000_000, "KÜ": 8_000_000, "SA": 8_000_000, "KOVAS": 7_500_000}
_CODES_FROM["TRAS"] = _CODES_FROM["KOVAS"]
_CARD_KINDS = {"MTÜ": "MTÜ", "KÜ": "KÜ", "SA": "SA", "KOVAS": "G", "TRAS": "G"}


@dataclass(frozen=True, slots=True)
class Generator:
    """The companies that ``seed`` gives, by number."""

    seed: int

    @property
    def people(self) -> People:
        return People(self.seed)

    def code_at(self, number: int) -> str:
        """Return the registry code of a company, without inventing the rest of it."""
        return _code(number, _form(self._chance(number)))

    def at(self, number: int) -> Company:
        """Return the company with this number: always the same one."""
        chance = self._chance(number)
        form = _form(chance)
        draft = Draft(number, chance, self.people, form)
        fill(draft)
        return Company(
            code=_code(number, form),
            name=_name(chance, form, draft.holders),
            form=form,
            status=draft.status,
            region=5 if chance.random() < 0.8 else chance.randint(1, 4),
            card_kind=_CARD_KINDS.get(form, "R"),
            entry_nr=draft.entry_nr,
            holders=tuple(draft.holders),
            conditions=tuple(draft.conditions),
            groups=tuple(draft.groups),
        )

    def number_of(self, code: str) -> int | None:
        """Return the number of the company with this code; None for a code never generated."""
        number = int(code[:7]) % 500_000
        return number if self.code_at(number) == code else None

    def neighbours_of(self, key: tuple[str, str]) -> range:
        """Return the numbers of all companies where this person could be a holder."""
        number = self.people.number_of(*key)
        if number is None:
            return range(0)
        company = number // PEOPLE_PER_COMPANY
        start = company - company % NEIGHBOURHOOD
        return range(start, start + NEIGHBOURHOOD)

    def canary(self) -> Company:
        """Return RIK itself, the company about which the real register always answers."""
        name = "Registrite ja Infosüsteemide Keskus"
        head = self.people.at(_CANARY_PERSON)
        holders = (
            Holder(1, 1, head, "ASES", alone=True, since=date(2013, 1, 7)),
            Holder(2, 1, MINISTRY, "KOAS", alone=False, since=date(2013, 1, 7)),
        )
        return Company(CANARY_CODE, name, "TRAS", "R", 5, "G", 1, holders)

    def _chance(self, number: int) -> Random:
        return Random((self.seed << 34) + (number << 1))


def _form(chance: Random) -> str:
    share = chance.random()
    for form, weight in _FORMS.items():
        share -= weight
        if share < 0:
            return form
    return "OÜ"


def _code(number: int, form: str) -> str:
    return registry_code(_CODES_FROM.get(form, 1_000_000) + number)


def _name(chance: Random, form: str, holders: list[Holder]) -> str:
    if form == "FIE":
        return f"{holders[0].person.first_name} {holders[0].person.name}"
    if form == "KÜ":
        return f"{chance.choice(names.PLACES)} tn {chance.randint(1, 120)} korteriühistu"
    name = f"{chance.choice(names.PLACES)} {chance.choice(names.TRADES)}"
    if form in {"TRAS", "KOVAS"}:
        return f"{name} amet"
    return f"{name}{chance.choice(names.SUCCESSIONS)} {form}"
