"""Writer of ``feed_cursor`` and ``feed_mark``: a register's changes, from where reading ended."""

import json
from uuid import UUID

from sqlalchemy import text

from domain.registry.register import Changes
from domain.retention import FEED_MARK
from storage.database import Connection, Session
from storage.registry import sync_changes, sync_runs

# Companies count as in bulk_file_diff. The same mark is the same change: it was queried about.
_ADD_CHANGES = text("""
WITH listed AS (
    SELECT c.id, l.version FROM jsonb_to_recordset(CAST(:changes AS jsonb))
        AS l(country text, code text, version text)
    JOIN company c ON c.country = l.country AND c.code = l.code
    WHERE EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
       OR EXISTS (SELECT FROM appointment p WHERE p.company_id = c.id)
), new AS (
    INSERT INTO feed_mark (feed, company_id, version)
    SELECT DISTINCT CAST(:feed AS text), id, version FROM listed
    ON CONFLICT (feed, company_id, version) DO NOTHING
    RETURNING company_id
)
INSERT INTO sync_change (run_id, company_id, kind)
SELECT DISTINCT CAST(:run AS uuid), company_id, 'listed' FROM new
ON CONFLICT DO NOTHING
""")

# An older mark that came again would only cost a query.
_FORGET = text("""
DELETE FROM feed_mark WHERE feed = :feed AND seen_at < clock_timestamp() - :kept_for
""")

_ADVANCE = text("""
INSERT INTO feed_cursor (feed, cursor) VALUES (:feed, :cursor)
ON CONFLICT (feed) DO UPDATE SET cursor = EXCLUDED.cursor, read_at = clock_timestamp()
""")

_CURSOR = text("SELECT cursor FROM feed_cursor WHERE feed = :feed")


def cursor(connection: Connection, feed: str) -> str | None:
    """Return where the last reading of the feed ended; None: it was never read."""
    found: str | None = connection.execute(_CURSOR, {"feed": feed}).scalar_one_or_none()
    return found


def record_changes(
    session: Session, run_id: UUID, changes: Changes, *, feed: str, country: str
) -> int:
    """Add the companies that changed to the run, and advance the cursor.

    Repeating it finds the changes marked already, so what the first time wrote stands. Returns the
    number of companies in the run.
    """
    rows = [
        {"country": c.company.country, "code": c.company.code, "version": c.version}
        for c in changes.changes
    ]
    session.execute(_ADD_CHANGES, {"feed": feed, "run": run_id, "changes": json.dumps(rows)})
    session.execute(_FORGET, {"feed": feed, "kept_for": FEED_MARK})
    session.execute(_ADVANCE, {"feed": feed, "cursor": changes.cursor})
    to_query = sync_changes.add_waiting(session, run_id, country)
    sync_runs.set_counts(session, run_id, listed=len(rows), to_query=to_query)
    return to_query
