"""Metrics that come from the database, read at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.internal import (
    drift_metrics,
    extract_metrics,
    number_metrics,
    order_metrics,
    payment_metrics,
    step_metrics,
)
from services import sweeps
from storage.audit import staff_queries
from storage.contract_orders import port_out_queries
from storage.database import Database, DatabaseError
from storage.extracts import metrics_queries as extract_queries
from storage.inventory import drift_check_queries
from storage.numbers.metrics_queries import code_metrics
from storage.orders import metrics_queries as order_queries
from storage.payments import metrics_queries as payment_queries
from storage.provisioning import metrics_queries
from storage.registry.metrics_queries import sync_metrics


class DatabaseMetrics(Collector):
    """Collects metrics from the database; none while the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decisions = step_metrics.DecisionCounters()
        self._ended_orders = order_metrics.EndedOrderCounter()

    def collect(self) -> Iterator[Metric]:
        """Read the database a few times, each shortly."""
        try:
            with self._database.reading() as connection:
                seen = sync_metrics(connection)
                due = sweeps.ages(connection)
                steps = metrics_queries.step_metrics(connection)
                codes = code_metrics(connection)
                drift = drift_check_queries.drift_metrics(connection)
                orders = order_queries.order_metrics(connection)
                extracts = extract_queries.extract_metrics(connection)
                payments = payment_queries.payment_metrics(connection)
                decisions = self._decisions.read(connection)
                ended_orders = self._ended_orders.read(connection)
                overdue, overdue_age = port_out_queries.overdue(connection)
                broke_glass = staff_queries.broke_glass(connection)
        except DatabaseError:
            return
        yield GaugeMetricFamily(
            "volitus_events_unsealed", "Events not yet sealed.", seen.events_unsealed
        )
        yield GaugeMetricFamily(
            "volitus_event_unsealed_age_seconds",
            "Since the oldest event was written that is not sealed yet; 0: there is none.",
            seen.unsealed_age,
        )
        yield GaugeMetricFamily(
            "volitus_rejected_records", "Rejected records.", seen.rejected_records
        )
        runs = GaugeMetricFamily("volitus_sync_runs", "Sync runs by state.", labels=["state"])
        for state, count in seen.runs.items():
            runs.add_metric([state], count)
        yield runs
        ages = GaugeMetricFamily(
            "volitus_register_success_age_seconds",
            "Since a run last read this source successfully.",
            labels=["source"],
        )
        for source, age in seen.success_ages.items():
            ages.add_metric([source], age)
        yield ages
        waiting = GaugeMetricFamily(
            "volitus_due_age_seconds",
            "Since the oldest row became due that this sweep has not done; 0: there is none.",
            labels=["sweep"],
        )
        for sweep, age in due.items():
            waiting.add_metric([sweep], age)
        yield waiting
        yield GaugeMetricFamily(
            "volitus_break_glass_uses",
            "Commands that were run without a sign-in, with --break-glass, in the last 24 hours.",
            broke_glass,
        )
        yield GaugeMetricFamily(
            "volitus_port_outs_overdue",
            "Numbers that were to leave an hour ago and are not told to have left.",
            overdue,
        )
        yield GaugeMetricFamily(
            "volitus_port_out_overdue_age_seconds",
            "Since the first number was to leave that is not told to have left; 0: none was.",
            overdue_age,
        )
        yield from step_metrics.gauges(steps)
        yield from number_metrics.gauges(codes)
        yield from drift_metrics.gauges(drift)
        yield from order_metrics.gauges(orders)
        yield from extract_metrics.gauges(extracts)
        yield from payment_metrics.gauges(payments)
        yield from decisions
        yield ended_orders

    def describe(self) -> list[Metric]:
        """Describe nothing in advance: registering must not need the database."""
        return []
