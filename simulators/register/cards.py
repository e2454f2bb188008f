"""A company's register card, and how a new entry is written on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from simulators.register.people import Person

CONFERRING = frozenset(
    {"JUHL", "JUHE", "PROK", "TOSAN", "LIKV", "LIKVJ", "PANKR", "FIE", "VFILJ", "ASES", "VALIT"}
)
"""Roles whose holders may act; the other roles of a card never do."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One person row of a card."""

    row_id: int
    """``kirje_id``: a new one for every new row, also when only a name changed."""
    entry_nr: int
    """``kande_nr``: the entry that wrote this row."""
    person: Person
    role: str
    alone: bool
    """``ainuesindusoigus_olemas``."""
    since: date


@dataclass(frozen=True, slots=True)
class Condition:
    """A special condition of representation: its text is masked in open data."""

    row_id: int
    entry_nr: int
    kind: str
    text: str
    since: date


@dataclass(frozen=True, slots=True)
class Company:
    """The register card of one company now. Deleted (K) companies have no holders."""

    code: str
    name: str
    form: str
    status: str
    region: int
    """``kaardi_piirkond``."""
    card_kind: str
    entry_nr: int
    """The last entry's number on the card."""
    holders: tuple[Holder, ...]
    conditions: tuple[Condition, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    """Row ids of holders who act together. Conditions without groups: nobody can read them."""

    def rows_of(self, key: tuple[str, str]) -> list[Holder]:
        """Return this person's rows."""
        return [holder for holder in self.holders if holder.person.key == key]


CARD_NR = 1
"""Card number: every card here is its company's first."""


class Pen:
    """Writes one new entry: its rows carry the entry's number and day, and fresh row ids."""

    def __init__(self, company: Company, on: date, row_ids: Iterator[int]) -> None:
        self.company = company
        self.on = on
        self.entry_nr = company.entry_nr + 1
        self._row_ids = row_ids

    def row(self, person: Person, role: str, *, alone: bool, since: date | None = None) -> Holder:
        return Holder(next(self._row_ids), self.entry_nr, person, role, alone, since or self.on)

    def condition(self, kind: str, text: str) -> Condition:
        return Condition(next(self._row_ids), self.entry_nr, kind, text, self.on)

    def appoint(self, person: Person, role: str = "JUHL") -> Company:
        return self.written(holders=(*self.company.holders, self.row(person, role, alone=True)))

    def remove(self, gone: Iterable[Holder]) -> Company:
        """Remove these rows, and the groups that named them."""
        ids = {holder.row_id for holder in gone}
        left = tuple(h for h in self.company.holders if h.row_id not in ids)
        groups = tuple(group for group in self.company.groups if not ids & set(group))
        return self.written(holders=left, groups=groups)

    def rename(self, old: Holder, name: str) -> Company:
        """Change a surname: close the old row and open a new one for the same person."""
        person = replace(old.person, name=name)
        new = replace(old, row_id=next(self._row_ids), entry_nr=self.entry_nr, person=person)
        holders = tuple(new if h is old else h for h in self.company.holders)
        groups = tuple(
            tuple(new.row_id if row_id == old.row_id else row_id for row_id in group)
            for group in self.company.groups
        )
        return self.written(holders=holders, groups=groups)

    def delete(self) -> Company:
        """Strike the company off: close every row."""
        return self.written(status="K", holders=(), conditions=(), groups=())

    def written(self, **changes: Any) -> Company:
        return replace(self.company, entry_nr=self.entry_nr, **changes)
