"""Metrics of drift: open differences, and whether networks are checked."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from storage.inventory.drift_check_queries import DriftMetrics


def gauges(drift: DriftMetrics) -> Iterator[Metric]:
    """Yield the gauges. Those of a check are absent until one has succeeded."""
    open_ = GaugeMetricFamily(
        "volitus_drift",
        "Open differences between what services should have and what networks show.",
        labels=["characteristic", "state"],
    )
    for each in drift.open:
        open_.add_metric([each.characteristic, each.state], each.differences)
    yield open_
    if drift.age is None:
        return
    yield GaugeMetricFamily(
        "volitus_drift_check_age_seconds", "Since a check for drift last succeeded.", drift.age
    )
    services = GaugeMetricFamily(
        "volitus_drift_check_services",
        "Services of the last check: compared, left_out, unread, or unknown_here.",
        labels=["result"],
    )
    for name in ("compared", "left_out", "unread", "unknown_here"):
        services.add_metric([name], drift.last[name])
    yield services
    yield GaugeMetricFamily(
        "volitus_drift_check_networks_given_up",
        "Networks whose list the last check did not read to its end.",
        drift.last["networks_given_up"],
    )
