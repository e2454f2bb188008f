"""Metrics of extracts: those that billing gives nothing for."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from storage.extracts.metrics_queries import ExtractMetrics


def gauges(extracts: ExtractMetrics) -> Iterator[Metric]:
    """Yield the gauges."""
    yield GaugeMetricFamily(
        "volitus_extracts_waiting",
        "Extracts in the making for which billing was asked in vain.",
        extracts.waiting,
    )
    yield GaugeMetricFamily(
        "volitus_extract_waiting_age_seconds",
        "Since billing was first asked in vain for the one that waits longest; 0: there is none.",
        extracts.age,
    )
