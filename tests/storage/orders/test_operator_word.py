"""order.1: what the operator's own systems say of a service counts more than an open order."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.orders.states import OrderState
from storage.orders import beginning, operator_word
from tests.builders.orders import BILL, OWNER, PORTAL, SET, TELL, Orders, of
from tests.builders.rows import rows, service, wait_until_blocked
from tests.builders.step_runner import NO
from tests.fixtures.patience import PATIENCE

S = OrderState
BILLING = Actor(ActorKind.SYSTEM, "billing")
LOST = service(0, OWNER).id


def lose(orders: Orders, service_id: UUID = LOST) -> list[UUID]:
    """The operator tells that a service ended; returns the orders whose processes are woken."""
    with orders.database.transaction() as session:
        return operator_word.service_lost(session, [service_id], BILLING)


def test_order_1_an_order_that_has_not_begun_is_cancelled_with_what_depends_on_it(
    orders: Orders,
) -> None:
    other = orders.begun(of(2))
    waiting = orders.insert(of(1), of(0), depends_on=[other])
    last = orders.insert(of(1), depends_on=[waiting])

    assert lose(orders) == []

    assert [orders.state(each) for each in (waiting, last, other)] == [
        S.CANCELLED,
        S.CANCELLED,
        S.ACKNOWLEDGED,
    ]
    assert orders.shown(waiting).cancel_reason == "order_service_lost"
    (event,) = rows(
        orders.database,
        "SELECT actor FROM event WHERE subject_id = :id AND reason ->> 'code' = :why",
        id=waiting,
        why="order_service_lost",
    )
    assert event.actor["id"] == "billing"


def test_order_1_of_an_order_that_has_begun_its_items_are_undone_and_the_others_go_on(
    orders: Orders,
) -> None:
    order = orders.begun(of(0), of(1))
    orders.attempt(order, "set.1")

    assert lose(orders) == [order]
    assert orders.items(order) == [S.PENDING_CANCELLATION, S.ACKNOWLEDGED]
    orders.attempt(order, "bill.1")
    for action in ("undo-set.1", "set.2", "bill.2"):
        orders.attempt(order, action)
    orders.end(order)

    assert orders.items(order) == [S.CANCELLED, S.COMPLETED]
    assert orders.passed(order) == ["acknowledged", "inProgress", "partial"]
    assert orders.harness.row(orders.step(order, "bill.1")).attempts == 0
    assert orders.shown(order).cancel_reason == "order_service_lost"


def test_order_1_an_item_past_its_point_of_no_return_is_held_where_it_cannot_go_on(
    orders: Orders,
) -> None:
    order = orders.begun(of(0, steps=(SET, BILL, TELL)))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1")

    lose(orders)
    going_on = orders.state(order)
    orders.attempt(order, "tell.1", NO)

    assert (going_on, orders.state(order)) == (S.IN_PROGRESS, S.HELD)


def test_order_1_an_order_that_begins_at_that_moment_is_not_forgotten(orders: Orders) -> None:
    order = orders.insert(of(0), of(1))

    with ThreadPoolExecutor() as threads:
        with orders.database.transaction() as session:
            beginning.begin_if_ready(session, order, actor=PORTAL)
            told = threads.submit(lose, orders)
            wait_until_blocked(orders.database)
        assert told.result(PATIENCE) == [order]

    assert orders.items(order) == [S.CANCELLED, S.ACKNOWLEDGED]


def test_order_1_an_order_that_is_over_and_orders_for_other_services_stay(orders: Orders) -> None:
    over = orders.begun(of(0, steps=(SET,)))
    orders.attempt(over, "set.1")
    orders.end(over)
    other = orders.begun(of(1))

    assert lose(orders) == []

    assert (orders.state(over), orders.state(other)) == (S.COMPLETED, S.ACKNOWLEDGED)


def test_order_1_the_oldest_open_order_for_each_service_is_named(orders: Orders) -> None:
    over = orders.begun(of(0, steps=(SET,)))
    orders.attempt(over, "set.1")
    orders.end(over)
    first = orders.begun(of(0))
    orders.insert(of(0), of(1, steps=(BILL,)))
    services = [service(number, OWNER).id for number in range(3)]

    with orders.database.reading() as connection:
        found = operator_word.open_orders(connection, services)

    assert found[services[0]] == first
    assert set(found) == set(services[:2])
