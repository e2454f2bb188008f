"""A year of notices: days pass, and each is compared with what a calendar alone says is due."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import pytest

from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders.delegation_dates import days_pass, sweep
from tests.builders.delegations import (
    OFFICE,
    OWN,
    PHONE,
    ROUTER,
    Given,
    accepted,
    given,
    narrowed,
    renewed,
    revoked,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.rows import rows

YEAR = 366


class Known(NamedTuple):
    """What a calendar says of a delegation: numbers of days from the first."""

    giver: PersonKey
    receiver: PersonKey
    first: int
    """0: it began when it was accepted."""
    last: int
    since: int = 0
    """When its dates came to be as they are."""

    def warned(self) -> dict[int, int]:
        """How many days before its last day it is told that it ends, by the day of telling."""
        days = {self.last - before: before for before in (30, 7, 1)}
        return {day: before for day, before in days.items() if day > max(self.first, self.since)}


Told = tuple[str, str, int | None]
"""Code of a person, kind of a notice, and days that it says."""


def due_between(of: Known, after: int, now: int) -> set[Told]:
    """What is told by a sweep now, if the one before was on the day ``after``."""
    if now > of.last:
        over: set[Told] = {(who.code, "ended", None) for who in (of.giver, of.receiver)}
        return over if after <= of.last else set()
    missed = {day: before for day, before in of.warned().items() if after < day <= now}
    last = max(missed, default=None)
    if last is None:
        return set()
    return {(who.code, "ends_soon", missed[last]) for who in (of.giver, of.receiver)}


class Year:
    """Delegations whose days pass, and what is known of each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.day = 0
        self.known = dict[Given, Known]()
        self.seen = {row.id for row in rows(database, "SELECT id FROM notice")}

    def give(
        self, giver: PersonKey, receiver: PersonKey, first: int, last: int, **more: Any
    ) -> Given:
        on, parent = more.pop("account", OFFICE), more.pop("parent", None)
        wanted = terms(first=first, last=last, **more)
        new = given(self.database, giver, receiver, on, wanted, parent=parent)
        self.known[new] = Known(giver, receiver, self.day + first, self.day + last, self.day)
        return new

    def change(self, delegation: Given, last: int) -> None:
        """Note that it lasts until another day, seen from today."""
        old = self.known[delegation]
        self.known[delegation] = old._replace(last=self.day + last, since=self.day)

    def quiet_days(self, acts: Collection[int]) -> int:
        """Count the days ahead on which nobody acts and, by the calendar, nothing is told."""
        day = self.day
        while day < YEAR and day + 1 not in acts and not self._due_on(day + 1):
            day += 1
        return day - self.day

    def _due_on(self, day: int) -> bool:
        return any(due_between(of, day - 1, day) for of in self.known.values())

    def pass_on(self, days: int) -> tuple[list[Told], list[Told]]:
        """Let days pass and sweep; returns what is told, and what should be."""
        days_pass(self.database, days)
        before, self.day = self.day, self.day + days
        while sweep(self.database, limit=3):
            pass
        expected = [
            told for of in self.known.values() for told in due_between(of, before, self.day)
        ]
        return sorted(self._new(), key=str), sorted(expected, key=str)

    def _new(self) -> list[Told]:
        found = rows(
            self.database,
            "SELECT n.id, p.code, n.kind, n.facts FROM notice n JOIN person p ON p.id = n.person_id"
            " WHERE n.kind ~ 'delegation_end' AND NOT n.id = ANY(:seen)",
            seen=list(self.seen),
        )
        self.seen |= {row.id for row in found}
        return [
            (row.code, row.kind.removeprefix("delegation_"), row.facts.get("days")) for row in found
        ]


@pytest.fixture
def year(customers: Database) -> Year:
    year = Year(customers)
    year.give(MARI, ANNA, 0, 364)
    year.give(MARI, KATI, 0, 2)
    year.give(MARI, KATI, 20, 60)
    year.give(MARI, JAAN, 100, 100)
    year.give(MARI, JAAN, 300, 330)
    year.give(PEETER, TIIU, 0, 7, account=OWN)
    year.give(MARI, TIIU, 0, 180, on=[PHONE.id, ROUTER.id])
    return year


def test_deleg_14_a_year_of_notices_each_once_and_on_its_day(year: Year, long_run: bool) -> None:
    """Day by day; in a short run quiet days pass at once, up to the eve of one that is not."""
    shortened = year.give(MARI, TOOMAS, 0, 250)
    prolonged = year.give(MARI, TOOMAS, 0, 60)
    parent = year.give(MARI, KATI, 0, 90, may_pass_on=True)
    year.give(KATI, TIIU, 10, 80, parent=parent.id)
    taken = year.give(MARI, JAAN, 0, 200)

    def shorten() -> None:
        narrowed(year.database, shortened, MARI, terms(first=-150, last=10))
        year.change(shortened, 10)

    def prolong() -> None:
        new = renewed(year.database, prolonged, MARI, terms(first=-45, last=75))
        accepted(year.database, new, TOOMAS)
        year.change(prolonged, 75)

    def take_back() -> None:
        revoked(year.database, taken, MARI)
        del year.known[taken]

    acts: dict[int, Callable[[], None]] = {45: prolong, 150: shorten, 172: take_back}
    wrong = {}
    while year.day < YEAR:
        quiet = 0 if long_run else year.quiet_days(acts)
        told, expected = year.pass_on(max(quiet, 1))
        if told != expected:
            wrong[year.day] = (told, expected)
        acts.get(year.day, lambda: None)()
    assert wrong == {}
    history = rows(
        year.database,
        "SELECT kind, count(*) AS n FROM event WHERE after ? 'happened_at' GROUP BY 1 ORDER BY 1",
    )
    assert [(row.kind, row.n) for row in history] == [
        ("delegation:ended", 11),
        ("delegation:started", 4),
        ("grant:expired", 12),
        ("grant:started", 4),
    ]


@pytest.mark.parametrize("days", [pytest.param(3, marks=pytest.mark.long), 7, 31, 100, 400])
def test_deleg_14_whoever_sweeps_late_tells_what_has_happened_and_no_old_warning(
    year: Year, days: int
) -> None:
    while year.day <= YEAR:
        told, expected = year.pass_on(days)
        assert told == expected

    happened = rows(
        year.database,
        "SELECT kind, after->>'happened_at' AS at FROM event"
        " WHERE kind IN ('delegation:started', 'delegation:ended')",
    )
    assert len(happened) == len(set(year.known)) + 3
