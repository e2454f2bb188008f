"""order.4: operations see how many orders are open, held and late, and how many have ended."""

from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry

from api.internal.metrics import DatabaseMetrics
from domain.orders.refusals import OrderRefusal, Rejection
from storage.audit import hash_chain
from storage.database import Database
from storage.orders import jeopardy
from tests.builders.orders import NewItem, Orders, of
from tests.builders.rows import carry_out
from tests.builders.step_runner import NO

Metric = Callable[..., float | None]


def metrics_of(database: Database) -> Metric:
    """Samples of an API's metrics, by name and labels."""
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))
    return lambda name, **labels: registry.get_sample_value(f"volitus_{name}", labels)


@pytest.fixture
def metric(database: Database) -> Metric:
    return metrics_of(database)


def test_order_4_open_orders_are_counted_by_state(orders: Orders, metric: Metric) -> None:
    assert metric("orders", state="inProgress") == 0
    for number in (0, 1):
        orders.attempt(orders.begun(of(number)), "set.1")
    orders.insert(of(2))

    assert metric("orders", state="inProgress") == 2
    assert metric("orders", state="acknowledged") == 1
    assert metric("orders", state="completed") is None


def test_order_4_the_age_of_a_held_order_is_that_of_its_stuck_step(
    orders: Orders, metric: Metric
) -> None:
    held = orders.begun(of(0))
    assert metric("order_held_age_seconds") == 0

    orders.attempt(held, "set.1", NO)
    carry_out(orders.database, "UPDATE stuck SET since = since - interval '1 hour'")

    assert metric("orders", state="held") == 1
    assert metric("order_held_age_seconds") == pytest.approx(3600, abs=60)


def test_order_4_late_orders_are_counted_until_a_later_time_is_expected(
    orders: Orders, metric: Metric
) -> None:
    late = orders.begun(of(0))
    orders.begun(of(1))
    expected = "UPDATE service_order SET expected_at = now() {} interval '2 hours' WHERE id = :id"
    carry_out(orders.database, expected.format("-"), id=late)
    assert metric("orders_late") == 0
    with orders.database.transaction() as session:
        jeopardy.alert(session)

    assert metric("orders_late") == 1
    assert metric("order_late_age_seconds") == pytest.approx(7200, abs=60)

    carry_out(orders.database, expected.format("+"), id=late)
    assert (metric("orders_late"), metric("order_late_age_seconds")) == (0, 0)


def test_order_4_ended_orders_are_counted_once_also_after_a_restart(
    orders: Orders, metric: Metric
) -> None:
    assert metric("orders_ended_total", state="completed") == 0
    for number in (0, 1):
        order = orders.begun(of(number))
        orders.attempt(order, "set.1")
        orders.attempt(order, "bill.1")
        orders.end(order)
        hash_chain.seal_all(orders.database)
        metric("orders_ended_total", state="completed")  # what is read is not counted twice
    orders.cancel(orders.insert(of(2)))
    orders.insert(NewItem(rejection=Rejection(OrderRefusal.SERVICE_UNKNOWN)))
    hash_chain.seal_all(orders.database)

    for each in (metric, metrics_of(orders.database)):
        assert each("orders_ended_total", state="completed") == 2
        assert each("orders_ended_total", state="cancelled") == 1
        assert each("orders_ended_total", state="rejected") == 1
        assert each("orders_ended_total", state="failed") == 0
