"""Failed questions to billing, counted and logged: by kind and reason, never by account."""

import structlog
from prometheus_client import Counter

from storage.billing.snapshots import Subject

log = structlog.get_logger(__name__)

NOT_ANSWERED = Counter(
    "volitus_billing_reads_failed_total",
    "Questions that billing did not answer, by what was asked and why.",
    ["kind", "reason"],
)


def count_failure(subject: Subject, reason: str) -> None:
    """Count a question that was not answered. ``reason``: a StuckReason, or `slow`."""
    NOT_ANSWERED.labels(subject.kind, reason).inc()
    log.warning("billing_not_read", kind=subject.kind, reason=reason)
