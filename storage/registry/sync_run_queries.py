"""Reading sync runs and records set aside, newest first, and the signs of life of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

Place = tuple[datetime, UUID]
"""Where a page ended."""

_BEFORE = """(CAST(:moment AS timestamptz) IS NULL
       OR ({moment}, id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))"""

_RUNS = text(f"""
SELECT * FROM sync_run
WHERE (CAST(:source AS text) IS NULL OR source = :source)
  AND (CAST(:state AS text) IS NULL OR state = :state)
  AND {_BEFORE.format(moment="started_at")}
ORDER BY started_at DESC, id DESC LIMIT :limit
""")

_ASIDE = text(f"""
SELECT * FROM record_aside
WHERE resolved_at IS NULL AND (CAST(:source AS text) IS NULL OR source = :source)
  AND {_BEFORE.format(moment="first_seen_at")}
ORDER BY first_seen_at DESC, id DESC LIMIT :limit
""")

# One row: what a person on duty looks at first.
_VITAL_SIGNS = text("""
SELECT (SELECT count(*) FROM event_to_seal) AS unsealed,
       (SELECT count(*) FROM record_aside WHERE resolved_at IS NULL) AS aside,
       (SELECT COALESCE(jsonb_object_agg(state, n), '{}')
        FROM (SELECT state, count(*) AS n FROM sync_run GROUP BY state) runs) AS runs,
       (SELECT COALESCE(jsonb_object_agg(source, age), '{}')
        FROM (SELECT source, extract(epoch FROM now() - max(ended_at)) AS age FROM sync_run
              WHERE state IN ('finished', 'unchanged') GROUP BY source) good) AS good_word_ages
""")


def runs(
    connection: Connection,
    *,
    source: str | None,
    state: str | None,
    before: Place | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to ``limit`` runs that started before ``before``, newest first, every column."""
    moment, id_ = before or (None, None)
    asked = {"source": source, "state": state, "moment": moment, "id": id_, "limit": limit}
    return connection.execute(_RUNS, asked).all()


def run(connection: Connection, run_id: UUID) -> Row[Any] | None:
    """The run of this id, every column."""
    return connection.execute(
        text("SELECT * FROM sync_run WHERE id = :id"), {"id": run_id}
    ).one_or_none()


def aside(
    connection: Connection, *, source: str | None, before: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to ``limit`` records that are set aside still, newest first, every column."""
    moment, id_ = before or (None, None)
    asked = {"source": source, "moment": moment, "id": id_, "limit": limit}
    return connection.execute(_ASIDE, asked).all()


def vital_signs(connection: Connection) -> Row[Any]:
    """Counts of what waits, runs by state, and seconds since each source was last read well."""
    return connection.execute(_VITAL_SIGNS).one()


# A run about single companies that has not begun has them in its subject only.
_TO_START = text("""
SELECT source, subject, CASE WHEN source <> 'company' THEN '{}'
    ELSE ARRAY(SELECT company_id FROM sync_change c WHERE c.run_id = r.id
        UNION SELECT id FROM company WHERE CAST(id AS text) = split_part(r.subject, ':', 1)) END
FROM sync_run r WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class RunToStart:
    """What a run's workflow is started from."""

    source: str
    subject: str
    company_ids: list[UUID]


def to_start(connection: Connection, run_id: UUID) -> RunToStart:
    """Read what the run's workflow is started from. It must exist."""
    return RunToStart(*connection.execute(_TO_START, {"id": run_id}).one())
