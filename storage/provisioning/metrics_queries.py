"""How steps, targets and processes do, in numbers: what metrics tell of the database."""

from typing import Any

from sqlalchemy import Connection, Row, text

from domain.provisioning.targets import Target

_STEP_SIGNS = text("""
SELECT (SELECT COALESCE(jsonb_agg(g), '[]') FROM (
            SELECT COALESCE(target, '') AS target, code, kind, count(*) AS count,
                extract(epoch FROM clock_timestamp() - min(since)) AS age
            FROM stuck WHERE state <> 'closed' GROUP BY target, code, kind) g) AS stuck,
       (SELECT jsonb_agg(g) FROM (
            SELECT n.name, COALESCE(t.state, 'available') AS state,
                COALESCE(t.failures, 0) AS failures, COALESCE(w.count, 0) AS waiting
            FROM unnest(CAST(:names AS text[])) n(name) LEFT JOIN target t ON t.name = n.name
            LEFT JOIN (SELECT target, count(*) FROM step
                       WHERE waits_for IS NOT NULL AND waits_for = 'target' GROUP BY target) w
                ON w.target = n.name) g) AS targets,
       (SELECT COALESCE(jsonb_object_agg(kind, count), '{}') FROM (
            SELECT kind, count(*) FROM operation
            WHERE state IN ('pending', 'running') GROUP BY kind) g) AS operations
""")

# Positions are given in the order of commits, so nothing can appear behind one already counted.
_ACTS_SINCE = text("""
WITH head AS (SELECT COALESCE(max(position), 0) AS position FROM event_seal)
SELECT position, (
    SELECT COALESCE(jsonb_agg(g), '[]') FROM (
        SELECT e.kind = 'stuck:decided' AS decided, CASE
                WHEN e.kind <> 'target:resumed' THEN e.reason ->> 'code'
                WHEN e.actor ->> 'kind' = 'engine' THEN 'healed' ELSE 'resumed' END AS code,
            count(*) AS count
        FROM event_seal s JOIN event e ON e.id = s.event_id
        WHERE s.position > :after AND s.position <= head.position
            AND e.kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')
        GROUP BY 1, 2) g) AS acts
FROM head
""")


def step_signs(connection: Connection) -> Row[Any]:
    """What is stuck by target, reason and kind; every target; open operations by kind."""
    names = [str(target) for target in Target]
    return connection.execute(_STEP_SIGNS, {"names": names}).one()


def acts_since(connection: Connection, position: int) -> Row[Any]:
    """Decisions and endings in the history after ``position``, counted, and where it ends now.

    ``code`` is the decision, or how something that was stuck ended.
    """
    return connection.execute(_ACTS_SINCE, {"after": position}).one()
