"""Orders on the command line: a list, one with all that became of it, and cancelling one."""

from uuid import UUID

import pytest

from domain.orders.refusals import OrderRefusal, Rejection
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.orders import NewItem, Orders
from tests.builders.products import document
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, put_service, service
from tests.clients.cli_runner import Volitus

OFFICE = account(KUUSK)
PHONE = service(1, OFFICE)


@pytest.fixture
def orders(database: Database) -> Orders:
    put(database, OFFICE)
    put_service(database, PHONE)
    return Orders(database, OFFICE.id)


def test_order_4_the_list_has_filters_and_pages(volitus: Volitus, orders: Orders) -> None:
    first = orders.insert(NewItem(service=PHONE.id), external_id="P-1")
    second = orders.insert(NewItem(rejection=Rejection(OrderRefusal.SERVICE_UNKNOWN)))

    def ids(*more: object) -> list[UUID]:
        return [UUID(each["id"]) for each in volitus("orders", "list", *more, "--json").json]

    assert ids() == [second, first]
    assert ids("--account", OFFICE.reference) == [second, first]
    assert ids("--service", PHONE.id) == [first]
    assert ids("--state", "rejected") == [second]
    assert ids("--external-id", "P-1") == [first]
    assert ids("--limit", 1) == [second]
    assert ids("--before", second) == [first]


def test_order_4_one_is_shown_with_its_items_steps_and_events(
    volitus: Volitus, orders: Orders
) -> None:
    publish(orders.database, document(id="p"))
    order = orders.begun(NewItem(service=PHONE.id))
    orders.attempt(order, "set.1")

    shown = volitus("orders", "show", str(order)[:8], "--json").json
    printed = volitus("orders", "show", order).out

    assert (shown["state"], shown["account"]) == ("inProgress", OFFICE.reference)
    assert [step["state"] for step in shown["steps"]] == ["done", "asked"]
    assert [(event["kind"], event["state"]) for event in shown["events"]] == [
        ("order:created", "acknowledged"),
        ("order:changed", "inProgress"),
    ]
    assert "set.1" in printed


def test_order_5_operations_cancel_an_order_once(volitus: Volitus, orders: Orders) -> None:
    order = orders.insert(NewItem(service=PHONE.id))

    done = volitus("orders", "cancel", order, "--reason", "a mistake", "--json").json
    again = volitus("orders", "cancel", order, "--reason", "a mistake")

    assert (done["state"], orders.passed(order)) == ("cancelled", ["acknowledged", "cancelled"])
    assert (again.code, "has ended" in again.err) == (1, True)


def test_order_4_an_unknown_order_is_an_error(volitus: Volitus, orders: Orders) -> None:
    result = volitus("orders", "show", "abcdef12")

    assert (result.code, "volitus orders list" in result.err) == (1, True)
