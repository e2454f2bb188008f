"""Reading what operations watch of the register sync."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import text

from storage.database import Connection


class SyncMetrics(NamedTuple):
    """Counts over all of the sync, and of events that are not sealed yet."""

    events_unsealed: int
    unsealed_age: float
    """Seconds since the oldest of them was written; 0: there is none."""
    rejected_records: int
    runs: Mapping[str, int]
    """By state."""
    success_ages: Mapping[str, float]
    """Seconds since each source was last read well, by source."""


_METRICS = text("""
SELECT (SELECT count(*) FROM event_to_seal),
       COALESCE((SELECT CAST(extract(epoch FROM clock_timestamp() - e.at) AS float) FROM event e
                 WHERE e.id = (SELECT min(event_id) FROM event_to_seal)), 0),
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
