"""The register's world: invented companies, and on top of them everything that changed since.

Only changed companies are kept in memory; the rest is invented again whenever it is asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from simulators.register.cards import CARD_NR, Company, Condition, Holder, Pen
from simulators.register.generator import LARGEST, Generator

_NEW_ROWS_FROM = 14_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the change list: an entry made on a card on a day in Europe/Tallinn."""

    day: date
    code: str
    card_nr: int
    entry_nr: int
    kind: int
    """``kande_liik``: 1 first entry, 2 change, 3 deletion."""
    persons: bool
    """``isikuandmed``: holders or conditions are not what they were."""


@dataclass(frozen=True, slots=True)
class Change:
    """State of a company after an entry; keeping these is enough to restore the world."""

    at: datetime
    entry: Entry
    company: Company


class World:
    """``companies`` invented companies, the canary included, after all changes."""

    def __init__(self, companies: int, seed: int) -> None:
        if not 1 <= companies <= LARGEST or seed < 0:
            raise ValueError(f"a world has 1 to {LARGEST} companies and a seed from 0")
        self.invented = companies - 1
        self.seed = seed
        self.generator = Generator(seed)
        self.entries: list[Entry] = []
        self.changed_at: datetime | None = None
        self._kept: dict[str, Company] = {}
        self._holding: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._next_row = _NEW_ROWS_FROM
        self._keep(self.generator.canary())

    @property
    def revision(self) -> int:
        """Number of changes so far."""
        return len(self.entries)

    def company(self, code: str) -> Company | None:
        """Return the company with this registry code, even a deleted one."""
        if code in self._kept:
            return self._kept[code]
        number = self._number_of(code)
        return None if number is None else self.generator.at(number)

    def companies(self, start: int = 0) -> Iterator[Company]:
        """Yield the companies from the ``start``-th on, in the open-data file's order.

        Changes made meanwhile are not seen.
        """
        kept = dict(self._kept)
        for number in range(start, self.invented):
            company = self.generator.at(number)
            yield kept.get(company.code, company)
        added = [company for code, company in kept.items() if self._number_of(code) is None]
        yield from added[max(0, start - self.invented) :]

    def companies_of(self, country: str, code: str) -> list[Company]:
        """Return every company where this natural person is a holder now."""
        key = (country, code)
        invented = (
            self.generator.at(number)
            for number in self.generator.neighbours_of(key)
            if number < self.invented
        )
        untouched = [c for c in invented if c.code not in self._kept and c.rows_of(key)]
        touched = [self._kept[code] for code in sorted(self._holding.get(key, ()))]
        return untouched + touched

    def pen(self, company: Company, on: date) -> Pen:
        """Return the pen that writes the company's next entry."""
        return Pen(company, on, count(self._next_row))

    def unborn(self) -> Company:
        """Make a company that the register does not hold yet."""
        numbers = range(self.invented, LARGEST)
        companies = (self.generator.at(number) for number in numbers)
        return next(company for company in companies if company.code not in self._kept)

    def record(self, company: Company, on: date, at: datetime) -> Change:
        """Store the state of a company after its new entry, under that day."""
        before = self.company(company.code)
        kind = 3 if company.status == "K" else 1 if before is None else 2
        persons = before is None or _persons(before) != _persons(company)
        entry = Entry(on, company.code, CARD_NR, company.entry_nr, kind, persons)
        change = Change(at, entry, company)
        self.replay([change])
        return change

    def replay(self, changes: Iterable[Change]) -> None:
        """Apply changes again that were kept elsewhere."""
        for change in changes:
            self.entries.append(change.entry)
            self.changed_at = change.at
            self._keep(change.company)

    def entries_of(self, day: date) -> list[Entry]:
        """Return the entries of a day, as in the change list."""
        return [entry for entry in self.entries if entry.day == day]

    def _number_of(self, code: str) -> int | None:
        """Return the number of a company that was invented with the world; else None."""
        number = self.generator.number_of(code)
        return number if number is not None and number < self.invented else None

    def _keep(self, company: Company) -> None:
        before = self._kept.get(company.code)
        for holder in before.holders if before else ():
            if holder.person.key is not None:
                self._holding[holder.person.key].discard(company.code)
        for holder in company.holders:
            if holder.person.key is not None:
                self._holding[holder.person.key].add(company.code)
        self._kept[company.code] = company
        rows: tuple[Holder | Condition, ...] = (*company.holders, *company.conditions)
        self._next_row = max([self._next_row, *(row.row_id + 1 for row in rows)])


def _persons(company: Company) -> tuple[object, ...]:
    return (company.holders, company.conditions, company.groups)
