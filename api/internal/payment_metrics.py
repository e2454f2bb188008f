"""Metrics of payments: what waits for a person, and whether banks' statements are read."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from storage.payments.metrics_queries import PaymentMetrics


def gauges(payments: PaymentMetrics) -> Iterator[Metric]:
    """Yield the gauges. The age of a reading is absent until one has succeeded."""
    flagged = GaugeMetricFamily(
        "volitus_payments_to_decide", "Payments that a person is to look at.", labels=["attention"]
    )
    for attention, number in payments.flagged.items():
        flagged.add_metric([attention], number)
    yield flagged
    yield GaugeMetricFamily(
        "volitus_bank_entries_unmatched",
        "Entries of banks' statements that fit no payment, and nobody has decided about.",
        payments.unmatched,
    )
    if payments.age is not None:
        yield GaugeMetricFamily(
            "volitus_bank_statements_age_seconds",
            "Since the statements of all banks were last read to their end.",
            payments.age,
        )
