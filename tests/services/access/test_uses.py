"""deleg.16: the last day on which somebody used their access, without a write in the check."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain import retention
from domain.identifiers import PersonKey
from services.access.uses import AccessUses, flushing
from services.parties.people import ensure_person
from services.retention import tidy
from storage.accounts.accounts import put_accounts
from storage.database import Database, DatabaseError
from tests.builders.days import ZONE
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import BILLING, account, carry_out, give, put, rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE

TALLINN = ZoneInfo("Europe/Tallinn")
OFFICE, SHOP = account(KUUSK), account(KUUSK, 2)
UNKNOWN = UUID(int=99)
LATE = datetime(2026, 6, 30, 20, 59, 59, tzinfo=UTC)
"""The last second of 30 June in Tallinn."""


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE, SHOP)
    for person in (MARI, JAAN):
        for on in (OFFICE, SHOP):
            give(database, person, on)
    return database


def recorded(database: Database) -> list[tuple[str, UUID, date]]:
    found = rows(
        database,
        "SELECT p.code, u.account_id, u.last_used_day FROM access_use u"
        " JOIN person p ON p.id = u.person_id ORDER BY p.code, u.account_id",
    )
    return [(row.code, row.account_id, row.last_used_day) for row in found]


@contextmanager
def away() -> Iterator[Database]:
    gone = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    yield gone
    gone.close()


def test_deleg_16_the_last_day_counts_by_the_clocks_of_the_installation(
    customers: Database,
) -> None:
    clock = Clock(LATE)
    uses = AccessUses(TALLINN, clock=clock)
    uses.note(MARI, OFFICE.id)
    uses.note(ensure_person(customers, JAAN), OFFICE.id)
    uses.flush(customers)

    assert recorded(customers) == sorted(
        (who.code, OFFICE.id, date(2026, 6, 30)) for who in (MARI, JAAN)
    )
    clock.at += timedelta(seconds=1)
    uses.note(MARI, OFFICE.id)
    uses.flush(customers)
    late = AccessUses(TALLINN, clock=Clock(LATE))
    late.note(MARI, OFFICE.id)
    late.flush(customers)

    assert (MARI.code, OFFICE.id, date(2026, 7, 1)) in recorded(customers)
    assert len(recorded(customers)) == 2


def test_deleg_16_a_person_by_code_and_by_id_is_the_same(customers: Database) -> None:
    uses = AccessUses(TALLINN, clock=Clock(LATE))
    uses.note(MARI, OFFICE.id)
    uses.note(ensure_person(customers, MARI), OFFICE.id)

    uses.flush(customers)

    assert recorded(customers) == [(MARI.code, OFFICE.id, date(2026, 6, 30))]


@pytest.mark.parametrize("who", [TIIU, UNKNOWN], ids=["by-code", "by-id"])
def test_deleg_16_of_what_is_unknown_nothing_is_recorded(
    customers: Database, who: PersonKey | UUID
) -> None:
    uses = AccessUses(ZONE)
    uses.note(who, OFFICE.id)
    uses.note(MARI, UNKNOWN)

    uses.flush(customers)

    assert recorded(customers) == []


def test_deleg_16_what_is_written_after_the_owner_changed_is_not_for_the_new_one(
    customers: Database,
) -> None:
    uses = AccessUses(ZONE)
    uses.note(MARI, OFFICE.id)
    uses.note(MARI, SHOP.id)
    put(customers, account(TAMM))

    uses.flush(customers)

    assert [each[:2] for each in recorded(customers)] == [(MARI.code, SHOP.id)]


def test_deleg_16_what_is_written_while_the_owner_changes_is_not_for_the_new_one(
    customers: Database,
) -> None:
    uses = AccessUses(ZONE)
    uses.note(MARI, OFFICE.id)

    with ThreadPoolExecutor() as pool:
        with customers.transaction() as session:
            put_accounts(session, [account(TAMM)], actor=BILLING)
            flush = pool.submit(uses.flush, customers)
            wait_until_blocked(customers, session)
        flush.result(PATIENCE)

    assert recorded(customers) == []


def test_deleg_16_while_the_database_is_away_uses_are_kept(customers: Database) -> None:
    clock = Clock(LATE)
    uses = AccessUses(TALLINN, clock=clock)
    uses.note(MARI, OFFICE.id)
    with away() as gone, pytest.raises(DatabaseError):
        uses.flush(gone)
    clock.at += timedelta(days=1)
    uses.note(MARI, SHOP.id)

    uses.flush(customers)

    assert recorded(customers) == [
        (MARI.code, OFFICE.id, date(2026, 6, 30)),
        (MARI.code, SHOP.id, date(2026, 7, 1)),
    ]


def test_deleg_16_no_more_is_held_than_allowed(customers: Database) -> None:
    uses = AccessUses(TALLINN, most=2, clock=Clock(LATE))
    for account_id in (OFFICE.id, SHOP.id, OFFICE.id):
        uses.note(MARI, account_id)
    uses.note(JAAN, OFFICE.id)

    uses.flush(customers)

    assert [each[:2] for each in recorded(customers)] == sorted(
        [(MARI.code, SHOP.id), (JAAN.code, OFFICE.id)]
    )


async def test_deleg_16_what_is_noted_is_written_when_the_process_ends(
    customers: Database,
) -> None:
    uses = AccessUses(TALLINN, clock=Clock(LATE))
    async with flushing(uses, customers):
        uses.note(MARI, OFFICE.id)
        assert recorded(customers) == []

    assert recorded(customers) == [(MARI.code, OFFICE.id, date(2026, 6, 30))]


async def test_deleg_16_a_process_ends_although_the_database_is_away() -> None:
    uses = AccessUses(ZONE)
    with away() as gone:
        async with flushing(uses, gone):
            uses.note(MARI, OFFICE.id)


def test_deleg_16_last_uses_are_forgotten_after_their_time(customers: Database) -> None:
    uses = AccessUses(ZONE)
    for who in (MARI, JAAN):
        uses.note(who, OFFICE.id)
    uses.flush(customers)
    old = retention.ACCESS_USE + timedelta(days=2)
    carry_out(
        customers,
        "UPDATE access_use SET last_used_day = last_used_day - :old FROM person p"
        " WHERE p.id = person_id AND p.code = :code",
        old=old,
        code=MARI.code,
    )

    tidy(customers)

    assert [each[0] for each in recorded(customers)] == [JAAN.code]
