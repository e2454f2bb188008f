"""The register's contract: a limit on queries per day and at once, for all processes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event, Lock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from domain.registry.register import BudgetSpent, RegisterUnknown
from storage.database import Database
from storage.registry import query_budget
from storage.registry.query_budget import RegisterBudget
from tests.builders.rows import rows, wait_until_blocked

TALLINN = ZoneInfo("Europe/Tallinn")
_SLOTS_TAKEN = (
    "FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
)


@pytest.fixture
def other_process(database: Database) -> Iterator[Database]:
    """Another pool to the same database."""
    opened = Database(database.engine.url.render_as_string(hide_password=False))
    yield opened
    opened.close()


def budget_of(
    database: Database, daily: int = 50_000, at_once: int = 1, source: str = "ee"
) -> RegisterBudget:
    return RegisterBudget(database, source, daily=daily, at_once=at_once, zone=TALLINN)


def ask(of: RegisterBudget, times: int = 1, *, reserve: int = 0) -> None:
    for _ in range(times):
        with of.acquire(reserve=reserve):
            pass


def test_the_days_queries_are_counted_over_all_processes(
    database: Database, other_process: Database
) -> None:
    here, there = budget_of(database, daily=3), budget_of(other_process, daily=3)
    ask(here, 2)
    ask(there, 1)

    for each in (here, there):
        with pytest.raises(BudgetSpent):
            ask(each)

    assert [r.used for r in rows(database, "SELECT used FROM register_budget")] == [3]


def test_no_query_is_sent_once_the_day_is_spent(database: Database) -> None:
    asked = []

    with pytest.raises(BudgetSpent) as spent, budget_of(database, daily=0).acquire():
        asked.append("?")

    assert asked == []
    assert (spent.value.code, spent.value.retry) == ("register_budget_spent", False)


def test_reserved_queries_are_left_to_others(database: Database) -> None:
    nightly = budget_of(database, daily=5)
    ask(nightly, 3, reserve=2)

    with pytest.raises(BudgetSpent):
        ask(nightly, reserve=2)

    ask(nightly, 2)
    with pytest.raises(BudgetSpent):
        ask(nightly)


def test_two_registers_have_two_budgets(database: Database) -> None:
    ask(budget_of(database, daily=1))

    ask(budget_of(database, daily=1, source="lv"))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-08-01T20:59:59+00:00", "2026-08-02T00:00:00+03:00", id="summer"),
        pytest.param("2026-08-01T21:00:00+00:00", "2026-08-03T00:00:00+03:00", id="just-midnight"),
        pytest.param("2026-12-31T12:00:00+00:00", "2027-01-01T00:00:00+02:00", id="new-year"),
        pytest.param(
            "2026-03-28T12:00:00+00:00", "2026-03-29T00:00:00+02:00", id="before-the-clock"
        ),
        pytest.param(
            "2026-03-29T12:00:00+00:00", "2026-03-30T00:00:00+03:00", id="the-23-hour-day"
        ),
        pytest.param(
            "2026-10-25T12:00:00+00:00", "2026-10-26T00:00:00+02:00", id="the-25-hour-day"
        ),
    ],
)
def test_a_spent_day_ends_at_the_registers_own_midnight(
    database: Database, now: str, until: str
) -> None:
    with time_machine.travel(now, tick=False), pytest.raises(BudgetSpent) as spent:
        ask(budget_of(database, daily=0))

    assert spent.value.until == datetime.fromisoformat(until)
    assert spent.value.until.tzinfo is TALLINN


def test_the_next_day_starts_anew(database: Database) -> None:
    register = budget_of(database, daily=1)
    with time_machine.travel("2026-08-01T20:59:59+00:00", tick=False):
        ask(register)
        with pytest.raises(BudgetSpent):
            ask(register)

    with time_machine.travel("2026-08-01T21:00:00+00:00", tick=False):
        ask(register)

    days = rows(database, "SELECT day, used FROM register_budget ORDER BY day")
    assert [(d.day.isoformat(), d.used) for d in days] == [("2026-08-01", 1), ("2026-08-02", 1)]


class Counter:
    """Counts callers inside, and the most at one time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self.most = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1


def test_one_query_at_a_time_over_all_processes(
    database: Database, other_process: Database
) -> None:
    asking = Counter()

    def ask_in_turn(of: Database) -> None:
        with budget_of(of).acquire(), asking:
            rows(of, "SELECT 1")

    with ThreadPoolExecutor(6) as beside:
        done = [beside.submit(ask_in_turn, of) for of in (database, other_process) * 12]
        for each in done:
            each.result(60)

    assert asking.most == 1
    assert [r.used for r in rows(database, "SELECT used FROM register_budget")] == [24]


def test_the_contracts_number_of_queries_run_at_once_and_the_next_waits(
    database: Database,
) -> None:
    asking, both_inside, answer = Counter(), Barrier(3), Event()

    def ask_with_another() -> None:
        with budget_of(database, at_once=2).acquire(), asking:
            both_inside.wait(30)
            answer.wait(30)

    def ask_alone() -> None:
        with budget_of(database, at_once=2).acquire(), asking:
            pass

    with ThreadPoolExecutor() as beside:
        two = [beside.submit(ask_with_another) for _ in range(2)]
        both_inside.wait(30)
        third = beside.submit(ask_alone)
        wait_until_blocked(database)
        waited = not third.done()
        answer.set()
        for each in (*two, third):
            each.result(60)

    assert waited
    assert asking.most == 2


def test_a_slot_is_released_when_the_query_fails(database: Database) -> None:
    register = budget_of(database)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), register.acquire():
            raise ZeroDivisionError

    ask(register)

    assert rows(database, f"SELECT {_SLOTS_TAKEN}") == []
    assert [r.used for r in rows(database, "SELECT used FROM register_budget")] == [4]


def test_a_slot_is_released_when_the_day_is_spent(database: Database) -> None:
    with pytest.raises(BudgetSpent):
        ask(budget_of(database, daily=0))

    assert rows(database, f"SELECT {_SLOTS_TAKEN}") == []


def test_a_slot_ends_with_its_process(database: Database, other_process: Database) -> None:
    with pytest.raises(OperationalError), budget_of(other_process).acquire():
        rows(database, f"SELECT pg_terminate_backend(pid) {_SLOTS_TAKEN}")

    ask(budget_of(database))


def test_waiting_too_long_says_that_the_register_is_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_budget, "_PATIENCE", timedelta(milliseconds=20))
    register = budget_of(database)

    with register.acquire(), pytest.raises(RegisterUnknown) as busy:
        ask(register)

    assert (busy.value.code, busy.value.retry) == ("register_busy", True)
    ask(register)
    assert [r.used for r in rows(database, "SELECT used FROM register_budget")] == [2]
