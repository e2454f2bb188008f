"""Reading what operations watch of the register sync."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import text

from storage.database import Connection


class SyncMetrics(NamedTuple):
    """Counts over all of the sync, and of events that are not sealed yet."""

    events_unsealed: int
    rejected_records: int
    runs: Mapping[str, int]
    """By state."""
    success_ages: Mapping[str, float]
    """Seconds since each source was last read well, by source."""


_METRICS = text("""
SELECT (SELECT count(*) FROM event_to_seal),
       (SELECT count(*) FROM rejected_record WHERE resolved_at IS NULL),
       (SELECT COALESCE(jsonb_object_agg(state, n), '{}')
        FROM (SELECT state, count(*) AS n FROM sync_run GROUP BY state) runs),
       (SELECT COALESCE(jsonb_object_agg(source, age), '{}')
        FROM (SELECT source, extract(epoch FROM now() - max(ended_at)) AS age FROM sync_run
              WHERE state IN ('finished', 'unchanged') GROUP BY source) good)
""")


def sync_metrics(connection: Connection) -> SyncMetrics:
    """Return the metrics as they are now."""
    return SyncMetrics(*connection.execute(_METRICS).one())
