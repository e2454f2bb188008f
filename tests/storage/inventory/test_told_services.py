"""order.1: what the operator's systems tell of a service, with and without an open order."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import ServiceStatus
from domain.inventory.secrets import SecretName, SecretPlace
from domain.orders.states import OrderState
from domain.provisioning.network_services import NetworkService
from storage.accounts.services import ServiceFacts
from storage.database import Database, unless_deadlocked
from storage.inventory import inventories, readings, secrets, wanted
from storage.provisioning import cancelling
from tests.builders.orders import BILL, SET, TELL, NewItem, Orders
from tests.builders.people import JAAN, MARI
from tests.builders.rows import (
    ENGINE,
    account,
    put,
    put_service,
    rows,
    service,
    wait_until_blocked_unless,
)
from tests.fixtures.patience import PATIENCE

HERS, HIS = account(MARI, 1), account(JAAN, 2)
PHONE, OTHER = service(1, HERS, phone="+37255500001"), service(2, HERS, phone="+37255500002")
ENDED = replace(PHONE, status=ServiceStatus.ENDED)
MOVED = replace(PHONE, account_id=HIS.id)
S = OrderState


@pytest.fixture
def orders(database: Database) -> Orders:
    put(database, HERS, HIS)
    put_service(database, PHONE, OTHER)
    return Orders(database, HERS.id)


def told(fact: ServiceFacts = PHONE, **values: Any) -> ServiceFacts:
    return replace(fact, characteristics=values)


def stored(database: Database) -> Mapping[str, Any]:
    (row,) = rows(database, "SELECT * FROM service WHERE id = :id", id=PHONE.id)
    return dict(row._mapping)


def ordered(**values: Any) -> NewItem:
    return NewItem((SET, BILL, TELL), service=PHONE.id, parameters=values)


def set_by_order(database: Database, **values: Any) -> None:
    with database.transaction() as session:
        wanted.apply(session, PHONE.id, values, UUID(int=7), actor=ENGINE)


def test_order_1_what_is_told_is_kept_with_the_time_since_which_it_is_told(
    orders: Orders,
) -> None:
    database = orders.database
    assert stored(database)["told_at"] is None

    first = put_service(database, told(package="M", spendingLimit=None))
    since = stored(database)["told_at"]
    again = put_service(database, told(spendingLimit=None, package="M"))
    named = put_service(database, replace(told(package="M", spendingLimit=None), name="Valve"))

    assert [each.changed for each in (first, again, named)] == [[PHONE.id], [], [PHONE.id]]
    row = stored(database)
    assert (row["told"], row["told_at"]) == ({"package": "M", "spendingLimit": None}, since)
    assert since is not None


def test_order_1_a_field_that_is_left_out_is_told_no_more(orders: Orders) -> None:
    put_service(orders.database, told(package="M"))
    put_service(orders.database, PHONE)

    assert stored(orders.database)["told"] == {}


def test_order_1_the_history_names_what_is_told_differently_without_values(
    orders: Orders,
) -> None:
    put_service(orders.database, told(forwardTo="+37255577777", package="M"))
    put_service(orders.database, told(package="M", dataBoost=True))

    found = rows(
        orders.database, "SELECT after FROM event WHERE kind = 'service:changed' ORDER BY id"
    )
    assert [row.after["characteristics"] for row in found] == [
        ["forwardTo", "package"],
        ["dataBoost", "forwardTo"],
    ]
    assert "+37255577777" not in str(found)


def test_order_1_what_an_order_set_stays_and_the_difference_is_shown(orders: Orders) -> None:
    set_by_order(orders.database, package="L")
    put_service(orders.database, told(package="M", dataBoost=True))

    row = stored(orders.database)
    assert (row["wanted"], row["told"]) == ({"package": "L"}, {"package": "M", "dataBoost": True})
    with orders.database.reading() as connection:
        assert inventories.told_otherwise(connection, PHONE.id) == ["package"]


BEFORE = ()
DONE = ("set.1",)
PAST = ("set.1", "bill.1")


@pytest.mark.parametrize(
    ("fact", "carried_out", "then"),
    [
        pytest.param(told(package="S"), DONE, S.IN_PROGRESS, id="another-package"),
        pytest.param(replace(PHONE, name="Valve"), DONE, S.IN_PROGRESS, id="another-name"),
        pytest.param(replace(PHONE, number=None), DONE, S.IN_PROGRESS, id="another-number"),
        pytest.param(replace(PHONE, user=JAAN), DONE, S.IN_PROGRESS, id="another-user"),
        pytest.param(ENDED, BEFORE, S.CANCELLED, id="ended-nothing-sent"),
        pytest.param(MOVED, BEFORE, S.CANCELLED, id="moved-nothing-sent"),
        pytest.param(ENDED, DONE, S.IN_PROGRESS, id="ended-to-be-undone"),
        pytest.param(MOVED, DONE, S.IN_PROGRESS, id="moved-to-be-undone"),
        pytest.param(ENDED, PAST, S.IN_PROGRESS, id="ended-past-return"),
    ],
)
def test_order_1_an_open_order_goes_on_unless_its_service_is_lost(
    orders: Orders, fact: ServiceFacts, carried_out: tuple[str, ...], then: OrderState
) -> None:
    order = orders.begun(ordered(package="L"))
    for step in carried_out:
        orders.attempt(order, step)

    put_service(orders.database, fact)

    lost = fact.status is ServiceStatus.ENDED or fact.account_id == HIS.id
    assert orders.state(order) is then
    is_undone = rows(
        orders.database,
        "SELECT FROM step WHERE process_id = :id AND undo_reason = 'cancelled'",
        id=order,
    )
    assert bool(is_undone) is (lost and carried_out != PAST)


def test_order_1_an_order_that_has_not_begun_is_cancelled_with_its_service(
    orders: Orders,
) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    order = orders.insert(ordered(package="L"), start=tomorrow)

    put = put_service(orders.database, ENDED)

    assert (orders.state(order), put.orders) == (S.CANCELLED, [])


def test_order_1_items_for_other_services_go_on(orders: Orders) -> None:
    order = orders.begun(ordered(package="L"), NewItem(service=OTHER.id))
    orders.attempt(order, "set.1")
    orders.attempt(order, "set.2")

    put = put_service(orders.database, MOVED)
    orders.attempt(order, "undo-set.1")
    orders.attempt(order, "bill.2")

    assert put.orders == [order]
    assert orders.items(order) == [S.CANCELLED, S.COMPLETED]
    assert stored(orders.database)["wanted"] == {}


def test_order_1_what_is_completed_says_nothing_of_what_the_next_owner_wants(
    orders: Orders,
) -> None:
    order = orders.begun(ordered(package="L"))
    for step in PAST:
        orders.attempt(order, step)
    put_service(orders.database, MOVED)
    orders.attempt(order, "tell.1")

    assert orders.items(order) == [S.COMPLETED]
    assert stored(orders.database)["wanted"] == {}


@pytest.mark.parametrize(
    ("fact", "left"),
    [
        pytest.param(told(package="S"), ({"package": "L"}, 1, 1, 1), id="kept"),
        pytest.param(ENDED, ({"package": "L"}, 1, 1, 0), id="ended"),
        pytest.param(MOVED, ({}, 2, 0, 0), id="moved"),
    ],
)
def test_order_1_the_next_owner_sees_nothing_of_the_one_before(
    orders: Orders, fact: ServiceFacts, left: tuple[object, ...]
) -> None:
    database, place = orders.database, SecretPlace(UUID(int=7), 1, SecretName.ACTIVATION_CODE)
    set_by_order(database, package="L")
    with database.transaction() as session:
        readings.store(session, PHONE.id, NetworkService("active", {"package": "L"}))
        secrets.keep(session, place, PHONE.id, b"sealed")

    put_service(database, fact)

    row = stored(database)
    kept = [len(rows(database, f"SELECT FROM {each}")) for each in TABLES]
    assert (row["wanted"], row["wanted_version"], *kept) == left


TABLES = ("service_reading", "service_secret")


def test_order_1_a_reading_keeps_what_is_known_and_no_secret(orders: Orders) -> None:
    there = NetworkService("active", {"package": "L", "wifiPassword": "salajane", "apn": "x"})
    with orders.database.transaction() as session:
        readings.set_since(session, PHONE.id, {"package": "M"})
        readings.store(session, PHONE.id, there)
        readings.set_since(session, PHONE.id, {"dataBoost": True, "wifiPassword": "salajane"})

    (row,) = rows(orders.database, "SELECT * FROM service_reading")
    assert (row.state, row.has) == ("active", {"package": "L", "dataBoost": True})


@pytest.mark.parametrize(
    ("fact", "left"),
    [
        pytest.param(told(package="S"), {"package": "L"}, id="kept"),
        pytest.param(ENDED, {"package": "L"}, id="ended"),
        pytest.param(MOVED, {}, id="moved"),
    ],
)
def test_order_1_what_is_told_while_an_item_is_completed_waits_for_it_or_gives_way(
    orders: Orders, fact: ServiceFacts, left: Mapping[str, Any]
) -> None:
    """Each wants rows that the other has locked: the step's outcome is not what is lost."""
    database, order = orders.database, orders.begun(replace(ordered(package="L"), steps=(SET,)))

    with ThreadPoolExecutor(1) as threads:
        with database.transaction() as session:
            cancelling.lock_steps(session, order)  # as an attempt does that settles the last step
            telling = threads.submit(unless_deadlocked, lambda: put_service(database, fact))
            wait_until_blocked_unless(database, telling.done, by=session)
            wanted.apply(session, PHONE.id, {"package": "L"}, order, actor=ENGINE)
        telling.result(PATIENCE)

    assert stored(database)["wanted"] == left
    assert (stored(database)["account_id"], stored(database)["status"]) == (
        fact.account_id,
        fact.status,
    )
