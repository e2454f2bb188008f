"""Numbers of extracts: those that wait for billing, and for how long."""

from typing import NamedTuple

from sqlalchemy import text

from storage.database import Connection

_WAITING = text("""
SELECT count(*) AS number,
    COALESCE(extract(epoch FROM clock_timestamp() - min(waits_since)), 0) AS age
FROM extract WHERE state = 'making' AND waits_since IS NOT NULL
""")


class ExtractMetrics(NamedTuple):
    """Number of extracts for which billing was asked in vain."""

    waiting: int
    age: float
    """Seconds for which the oldest of them waits; 0: there is none."""


def extract_metrics(connection: Connection) -> ExtractMetrics:
    """Return the numbers as they are now."""
    found = connection.execute(_WAITING).one()
    return ExtractMetrics(found.number, float(found.age))
