"""order.1: secrets of services are kept sealed, and no longer than somebody needs them."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.inventory.secrets import SecretName, SecretPlace
from storage import retention
from storage.database import Database
from storage.inventory import secrets
from tests.builders.orders import NewItem, Orders
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, carry_out, put, put_service, rows, service

OFFICE, SHOP = account(KUUSK), account(TAMM, 2)
PHONE = service(1, OFFICE)
ORDER, LATER = UUID(int=7), UUID(int=8)
CODE = SecretPlace(ORDER, 1, SecretName.ACTIVATION_CODE)
PASSWORD = SecretPlace(ORDER, 2, SecretName.WIFI_PASSWORD)
BOTH = [PASSWORD, CODE]


@pytest.fixture
def kept(database: Database) -> Database:
    put(database, OFFICE, SHOP)
    put_service(database, PHONE)
    with database.transaction() as session:
        for place in BOTH:
            secrets.keep(session, place, PHONE.id, b"sealed")
    return database


def left(database: Database) -> list[SecretPlace]:
    found = rows(database, "SELECT * FROM service_secret ORDER BY order_id, item DESC")
    return [SecretPlace(row.order_id, row.item, SecretName(row.name)) for row in found]


def test_order_1_keeping_it_again_replaces_it(kept: Database) -> None:
    with kept.transaction() as session:
        secrets.keep(session, PASSWORD, PHONE.id, b"sealed anew")
        assert secrets.find(session, PASSWORD) == b"sealed anew"

    assert left(kept) == BOTH


def _place(orders: Orders, order: UUID) -> SecretPlace:
    place = SecretPlace(order, 1, SecretName.WIFI_PASSWORD)
    with orders.database.transaction() as session:
        secrets.keep(session, place, PHONE.id, b"sealed")
    return place


def _completed(orders: Orders, order: UUID) -> None:
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1")
    orders.end(order)


@pytest.mark.parametrize(
    ("end", "is_begun"),
    [
        pytest.param(_completed, True, id="completed"),
        pytest.param(Orders.cancel, True, id="cancelled"),
        pytest.param(Orders.cancel, False, id="cancelled-before-it-began"),
    ],
)
def test_order_1_what_is_set_goes_when_the_order_ends_and_an_activation_code_stays(
    kept: Database, end: Callable[[Orders, UUID], object], is_begun: bool
) -> None:
    orders = Orders(kept, OFFICE.id)
    item = NewItem(service=PHONE.id)
    order = orders.begun(item) if is_begun else orders.insert(item)
    mine = _place(orders, order)
    assert mine in left(kept)

    end(orders, order)

    assert orders.state(order).is_final
    assert set(left(kept)) == {*BOTH}


def test_order_1_a_service_has_one_activation_code_the_newest(kept: Database) -> None:
    newer = SecretPlace(LATER, 1, SecretName.ACTIVATION_CODE)
    with kept.transaction() as session:
        secrets.keep(session, newer, PHONE.id, b"newer")

    with kept.reading() as connection:
        found = secrets.activation_code(connection, PHONE.id)
    assert found == (newer, b"newer")
    assert left(kept) == [PASSWORD, newer]


def test_order_1_an_activation_code_goes_when_the_service_has_another_sim(kept: Database) -> None:
    with kept.transaction() as session:
        secrets.forget_activation_code(session, PHONE.id)

    assert left(kept) == [PASSWORD]


def test_order_1_a_secret_that_nobody_used_goes_in_the_end(kept: Database) -> None:
    orders = Orders(kept, OFFICE.id)
    order = orders.insert(NewItem(service=PHONE.id))
    retention.tidy(kept, {})
    assert left(kept) == BOTH

    mine = _place(orders, order)
    carry_out(kept, "UPDATE service_secret SET kept_until = now() - interval '1 second'")
    with kept.reading() as connection:
        assert secrets.activation_code(connection, PHONE.id) is None
    retention.tidy(kept, {})
    assert left(kept) == [mine], "an open order still needs it"
