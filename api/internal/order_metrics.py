"""Metrics of service orders: how many are open, held, late, and have ended."""

from collections.abc import Iterator
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from domain.orders.states import OrderState
from storage.database import Connection
from storage.orders import metrics_queries
from storage.orders.metrics_queries import OrderMetrics


class EndedOrderCounter:
    """Orders that have ended, counted from the history: a restart does not reset it.

    The first call counts the whole history, each later one only what is new.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._position = 0
        self._ended = {state: 0 for state in OrderState if state.is_final}

    def read(self, connection: Connection) -> Metric:
        """Return the counter as of now."""
        with self._lock:
            self._position, counts = metrics_queries.ended_counts(connection, self._position)
            for each in counts:
                self._ended[each.state] += each.size
            family = CounterMetricFamily(
                "volitus_orders_ended", "Service orders that have ended.", labels=["state"]
            )
            for state, size in self._ended.items():
                family.add_metric([state], size)
            return family


def gauges(orders: OrderMetrics) -> Iterator[Metric]:
    """Yield the gauges of orders that have not ended."""
    states = GaugeMetricFamily(
        "volitus_orders", "Service orders that have not ended.", labels=["state"]
    )
    for state in OrderState:
        if not state.is_final:
            states.add_metric([state], orders.open.get(state, 0))
    yield states
    yield GaugeMetricFamily(
        "volitus_order_held_age_seconds",
        "Since the oldest step became stuck that holds an order; 0: none does.",
        orders.held_age,
    )
    yield GaugeMetricFamily(
        "volitus_orders_late", "Orders not completed by the time that was expected.", orders.late
    )
    yield GaugeMetricFamily(
        "volitus_order_late_age_seconds",
        "Since the order was expected that is late for the longest; 0: none is late.",
        orders.late_age,
    )
