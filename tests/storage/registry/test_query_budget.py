"""The register's contract: a limit on queries per day and at once, for all processes."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event, Lock

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from domain.registry.query_limits import Asker, QueryLimits
from domain.registry.register import BudgetSpent, RegisterUnknown
from storage.database import Database
from storage.registry import query_budget
from storage.registry.query_budget import RegisterBudget
from tests.builders.clocks import shift_clock
from tests.builders.days import ZONE
from tests.builders.rows import rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE, patience_ends

DAY = timedelta(days=1)
PEOPLE, SYNC = Asker.PEOPLE, Asker.SYNC
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


@pytest.fixture
def own_database(database_url: str) -> Iterator[Database]:
    """A database that no other test uses, so that its clock may be moved."""
    opened = Database(database_url)
    yield opened
    opened.close()


def budget_of(
    database: Database,
    daily: int = 50_000,
    at_once: int = 1,
    source: str = "ee",
    *,
    people: int = 0,
    sync: int = 0,
    patience: timedelta = timedelta(minutes=1),
) -> RegisterBudget:
    """A budget; ``people`` and ``sync`` are the queries that only they may spend."""
    return RegisterBudget(
        database,
        source,
        QueryLimits(daily, people, sync),
        at_once=at_once,
        zone=ZONE,
        patience=dict.fromkeys(Asker, patience),
    )


def ask(of: RegisterBudget, times: int = 1, asker: Asker = SYNC) -> None:
    for _ in range(times):
        with of.acquire(asker):
            pass


def used(database: Database) -> dict[Asker, int]:
    with database.reading() as connection:
        return query_budget.used_today(connection, "ee", ZONE)


def test_the_days_queries_are_counted_over_all_processes(
    database: Database, other_process: Database
) -> None:
    here, there = budget_of(database, daily=3), budget_of(other_process, daily=3)
    ask(here, 2)
    ask(there, 1, PEOPLE)

    for each in (here, there):
        for asker in Asker:
            with pytest.raises(BudgetSpent):
                ask(each, asker=asker)

    assert used(database) == {PEOPLE: 1, SYNC: 2}


def test_no_query_is_sent_once_the_day_is_spent(database: Database) -> None:
    asked = []

    with pytest.raises(BudgetSpent) as spent, budget_of(database, daily=0).acquire(SYNC):
        asked.append("?")

    assert asked == []
    assert (spent.value.code, spent.value.retry) == ("register_budget_spent", False)


@pytest.mark.parametrize(("asker", "other", "most"), [(SYNC, PEOPLE, 8), (PEOPLE, SYNC, 7)])
def test_fault_12_neither_people_nor_sync_can_spend_what_is_kept_for_the_other(
    database: Database, asker: Asker, other: Asker, most: int
) -> None:
    register = budget_of(database, daily=10, people=2, sync=3)
    ask(register, most, asker)

    with pytest.raises(BudgetSpent):
        ask(register, asker=asker)

    ask(register, 10 - most, other)
    for each in Asker:
        with pytest.raises(BudgetSpent):
            ask(register, asker=each)
    assert used(database) == {asker: most, other: 10 - most}


def test_two_registers_have_two_budgets(database: Database) -> None:
    ask(budget_of(database, daily=1))

    ask(budget_of(database, daily=1, source="lv"))


def test_fault_12_the_day_is_that_of_the_databases_clock(own_database: Database) -> None:
    shift_clock(own_database, "100 days")
    register = budget_of(own_database, daily=1)
    before = own_database.clock()
    ask(register)

    with pytest.raises(BudgetSpent) as spent:
        ask(register)

    (row,) = rows(own_database, "SELECT day FROM register_budget")
    assert row.day in {before.astimezone(ZONE).date(), (spent.value.until - DAY).date()}
    assert timedelta(0) < spent.value.until - before <= timedelta(hours=25)
    assert spent.value.until - datetime.now(ZONE) > timedelta(days=98)


def test_the_next_day_starts_anew(own_database: Database) -> None:
    register = budget_of(own_database, daily=1)
    ask(register)
    shift_clock(own_database, "1 day")

    ask(register)

    days = rows(own_database, "SELECT used_by_sync FROM register_budget")
    assert [day.used_by_sync for day in days] == [1, 1]
    assert used(own_database) == {PEOPLE: 0, SYNC: 1}


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
        with budget_of(of).acquire(SYNC), asking:
            rows(of, "SELECT 1")

    with ThreadPoolExecutor(6) as beside:
        done = [beside.submit(ask_in_turn, of) for of in (database, other_process) * 12]
        for each in done:
            each.result(PATIENCE)

    assert asking.most == 1
    assert used(database)[SYNC] == 24


def test_the_contracts_number_of_queries_run_at_once_and_the_next_waits(
    database: Database,
) -> None:
    asking, both_inside, answer = Counter(), Barrier(3), Event()

    def ask_with_another() -> None:
        with budget_of(database, at_once=2).acquire(SYNC), asking:
            both_inside.wait(PATIENCE)
            answer.wait(PATIENCE)

    def ask_alone() -> None:
        with budget_of(database, at_once=2).acquire(SYNC), asking:
            pass

    with ThreadPoolExecutor() as beside:
        two = [beside.submit(ask_with_another) for _ in range(2)]
        both_inside.wait(PATIENCE)
        third = beside.submit(ask_alone)
        wait_until_blocked(database)
        waited = not third.done()
        answer.set()
        for each in (*two, third):
            each.result(PATIENCE)

    assert waited
    assert asking.most == 2


def test_a_slot_is_released_when_the_query_fails(database: Database) -> None:
    register = budget_of(database)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), register.acquire(SYNC):
            raise ZeroDivisionError

    ask(register)

    assert rows(database, f"SELECT {_SLOTS_TAKEN}") == []
    assert used(database)[SYNC] == 4


def test_a_slot_is_released_when_the_day_is_spent(database: Database) -> None:
    with pytest.raises(BudgetSpent):
        ask(budget_of(database, daily=0))

    assert rows(database, f"SELECT {_SLOTS_TAKEN}") == []


def test_a_slot_ends_with_its_process(database: Database, other_process: Database) -> None:
    with pytest.raises(OperationalError), budget_of(other_process).acquire(SYNC):
        rows(database, f"SELECT pg_terminate_backend(pid) {_SLOTS_TAKEN}")

    ask(budget_of(database))


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in-this-process", "in-another"])
def test_waiting_too_long_says_that_the_register_is_busy(
    database: Database, other_process: Database, *, elsewhere: bool
) -> None:
    register = budget_of(database, patience=timedelta(milliseconds=20))
    holder = budget_of(other_process) if elsewhere else register

    with holder.acquire(SYNC), pytest.raises(RegisterUnknown) as busy:
        ask(register)

    assert (busy.value.code, busy.value.retry) == ("register_busy", True)
    ask(register)
    assert used(database)[SYNC] == 2


def test_fault_12_waiting_for_a_turn_holds_no_connection(database: Database) -> None:
    register, waiting = budget_of(database, at_once=2), 12
    inside, answer = Barrier(3), Event()

    def query() -> None:
        with register.acquire(PEOPLE):
            inside.wait(PATIENCE)
            answer.wait(PATIENCE)

    with ThreadPoolExecutor(waiting + 2) as threads:
        querying = [threads.submit(query) for _ in range(2)]
        inside.wait(PATIENCE)
        waiters = [threads.submit(ask, register, 1, asker) for asker in [*Asker] * (waiting // 2)]
        deadline = patience_ends()
        while register.waiting() < waiting and time.monotonic() < deadline:
            time.sleep(0.005)
        taken = pool_of(database).checkedout()
        answer.set()
        for each in (*querying, *waiters):
            each.result(PATIENCE)

    assert taken == 2
    assert used(database) == {PEOPLE: 2 + waiting // 2, SYNC: waiting // 2}


def pool_of(database: Database) -> QueuePool:
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool
