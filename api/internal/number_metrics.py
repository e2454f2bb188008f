"""Metrics of number verification: whether codes come back. No number and no prefix is a label."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from storage.numbers.metrics_queries import CodeMetrics


def gauges(codes: CodeMetrics) -> Iterator[Metric]:
    """Yield the gauges."""
    yield GaugeMetricFamily(
        "volitus_codes_sent_last_hour",
        "Codes by SMS whose verification ended within the last hour.",
        codes.sent,
    )
    yield GaugeMetricFamily(
        "volitus_codes_returned_last_hour", "Those of them that came back.", codes.returned
    )
    yield GaugeMetricFamily(
        "volitus_prefixes_closed",
        "Prefixes to which nothing is sent, since too few of their codes came back.",
        codes.closed_prefixes,
    )
