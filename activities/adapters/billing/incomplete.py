"""What billing answered and could not be read or is not known here: counted and logged, by kind."""

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)

INCOMPLETE = Counter(
    "volitus_billing_incomplete_total",
    "Answers of billing of which a part could not be read or is of no known kind, by what was"
    " asked.",
    ["kind"],
)


def note_unreadable(kind: str, count: int) -> None:
    """Note an answer of which so many records could not be read, and are not shown.

    ``kind``: first part of the path that was asked, which names nobody.
    """
    INCOMPLETE.labels(kind).inc()
    log.warning("billing_records_unreadable", path=kind, count=count)


def note_unknown_usage(kind: str, count: int) -> None:
    """Note a summary of usage of which so many rows are of a kind that is not known here."""
    INCOMPLETE.labels(kind).inc()
    log.warning("billing_usage_unknown", count=count)
