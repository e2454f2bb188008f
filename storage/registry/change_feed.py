"""The register's news: read from where the last reading ended, kept only where it is new."""

import json
from uuid import UUID

from sqlalchemy import text

from domain.registry.register import Changes, Register
from storage.database import Database
from storage.registry import sync_runs

# A company matters as in registry_sync.bulk. The same mark is the same news: it was asked about.
_TAKE_IN = text("""
WITH listed AS (
    SELECT c.id, l.version FROM jsonb_to_recordset(CAST(:changes AS jsonb))
        AS l(country text, code text, version text)
    JOIN company c ON c.country = l.country AND c.code = l.code
    WHERE EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
       OR EXISTS (SELECT FROM appointment p WHERE p.company_id = c.id)
), news AS (
    INSERT INTO feed_mark (source, company_id, version)
    SELECT DISTINCT CAST(:source AS text), id, version FROM listed
    ON CONFLICT (source, company_id, version) DO NOTHING
    RETURNING company_id
)
INSERT INTO sync_change (run_id, company_id, kind)
SELECT DISTINCT CAST(:run AS uuid), company_id, 'listed' FROM news
ON CONFLICT DO NOTHING
""")

# Longer than any feed is read back; an older mark that came again would only cost a question.
_FORGET = text("""
DELETE FROM feed_mark WHERE source = :source AND seen_at < now() - interval '60 days'
""")

_ADVANCE = text("""
INSERT INTO feed_cursor (source, cursor) VALUES (:source, :cursor)
ON CONFLICT (source) DO UPDATE SET cursor = EXCLUDED.cursor, read_at = clock_timestamp()
""")


class RegisterFeed:
    """One register's feed and the place where its reading goes on."""

    def __init__(self, database: Database, source: str, country: str) -> None:
        self._database = database
        self._source = source
        self._country = country

    def read(self, register: Register) -> Changes:
        """What changed since the last reading. Raises RegisterUnknown."""
        with self._database.reading() as connection:
            cursor = connection.execute(
                text("SELECT cursor FROM feed_cursor WHERE source = :source"),
                {"source": self._source},
            ).scalar_one_or_none()
        return register.changed_since(cursor)

    def take_in(self, run_id: UUID, changes: Changes) -> int:
        """Write down whom the run must ask about, and move on; returns how many. One transaction.

        Repeating it finds the news already marked, so what it wrote the first time stands.
        """
        rows = [
            {"country": c.company.country, "code": c.company.code, "version": c.version}
            for c in changes.changes
        ]
        said = {"source": self._source, "run": run_id, "changes": json.dumps(rows)}
        with self._database.transaction() as session:
            session.execute(_TAKE_IN, said)
            session.execute(_FORGET, said)
            session.execute(_ADVANCE, {"source": self._source, "cursor": changes.cursor})
            sync_runs.count(session, run_id, {"listed": len(rows)})
            return sync_runs.also_ask(session, run_id, self._country)
