"""deleg.16: who is barred gets nothing by proving a number, on that account, until it is lifted."""

from uuid import UUID

import pytest

from domain.access.permissions import Permission
from domain.access.uses import Use
from domain.identifiers import PersonKey
from services.access.check import check
from services.parties.people import ensure_person
from storage.access import bar_queries, bars, uses
from storage.database import Database
from tests.builders.days import today
from tests.builders.delegations import (
    actor,
)
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, give, held, history, put, put_service, rows, service

NUMBER, OTHER = "+37255500001", "+37255500002"
OFFICE, SHOP = account(KUUSK), account(TAMM, 2)
PHONE, SHOP_PHONE = service(1, OFFICE, phone=NUMBER), service(2, SHOP, phone=OTHER)


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE, SHOP)
    put_service(database, PHONE, SHOP_PHONE)
    return database


def barred(database: Database, *people: PersonKey) -> list[UUID]:
    by = ensure_person(database, MARI)
    ids = [ensure_person(database, who) for who in people]
    with database.transaction() as session:
        return [*bars.begin(session, OFFICE.id, ids, by=by, actor=actor(database, MARI))]


def lifted(database: Database, bar_id: UUID, *, on: UUID = OFFICE.id) -> bool:
    by = ensure_person(database, MARI)
    with database.transaction() as session:
        return bars.lift(session, on, bar_id, by=by, actor=actor(database, MARI))


def holders(database: Database) -> list[tuple[PersonKey, UUID]]:
    return [(each.person, each.account) for each in held(database)]


def in_force(database: Database) -> list[UUID]:
    with database.reading() as connection:
        found = bar_queries.open_on(connection, OFFICE.id, after=None, limit=9)
    return [bar.id for bar in found]


def test_deleg_16_a_proved_number_gives_nothing_to_who_is_barred(customers: Database) -> None:
    barred(customers, JAAN)

    prove(customers, JAAN, NUMBER)
    prove(customers, JAAN, OTHER)
    prove(customers, TIIU, NUMBER)

    assert holders(customers) == sorted([(JAAN, SHOP.id), (TIIU, OFFICE.id)])
    (verified,) = rows(customers, "SELECT DISTINCT state FROM verification")
    assert verified.state == "verified"


def test_deleg_16_once_lifted_a_number_proved_anew_gives_access(customers: Database) -> None:
    (bar,) = barred(customers, JAAN)
    prove(customers, JAAN, NUMBER)

    assert lifted(customers, bar)
    assert holders(customers) == []
    prove(customers, JAAN, NUMBER)

    assert holders(customers) == [(JAAN, OFFICE.id)]
    assert in_force(customers) == []


def test_deleg_16_barring_and_lifting_are_told_once(customers: Database) -> None:
    (bar,) = barred(customers, JAAN)

    assert barred(customers, JAAN, JAAN) == []
    assert lifted(customers, bar)
    assert lifted(customers, bar)
    assert not lifted(customers, bar, on=SHOP.id)

    kinds = [kind for kind in history(customers) if kind.startswith("access:")]
    assert kinds == ["access:barred", "access:bar_lifted"]


def test_deleg_16_bars_and_last_uses_end_with_the_owner(customers: Database) -> None:
    barred(customers, JAAN)
    for on in (OFFICE, SHOP):
        give(customers, JAAN, on)
    jaan = ensure_person(customers, JAAN)
    with customers.transaction() as session:
        uses.record(session, [Use(jaan, OFFICE.id, today()), Use(jaan, SHOP.id, today())])

    put(customers, account(TAMM))

    assert in_force(customers) == []
    assert [row.account_id for row in rows(customers, "SELECT account_id FROM access_use")] == [
        SHOP.id
    ]
    (row,) = rows(customers, "SELECT reason->>'code' AS why FROM event WHERE kind LIKE '%lifted'")
    assert row.why == "owner_changed"
    prove(customers, JAAN, NUMBER)
    assert holders(customers) == [(JAAN, OFFICE.id), (JAAN, SHOP.id)]


def test_deleg_16_a_bar_outlives_the_closing_of_its_account(customers: Database) -> None:
    barred(customers, JAAN)

    put(customers, account(KUUSK, status="closed"))
    put(customers, OFFICE)

    prove(customers, JAAN, NUMBER)
    assert holders(customers) == []


def test_deleg_16_a_refusal_says_that_the_person_is_barred(customers: Database) -> None:
    def codes(who: PersonKey) -> list[str]:
        with customers.reading() as connection:
            decision = check(connection, who, Permission.USAGE_VIEW, OFFICE.id)
        return [reason.code for reason in decision.reasons]

    (bar,) = barred(customers, JAAN)

    assert codes(JAAN) == ["no_access", "access_barred"]
    assert codes(TIIU) == ["no_access"]
    lifted(customers, bar)
    assert codes(JAAN) == ["no_access"]
