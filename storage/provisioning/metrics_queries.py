"""Reads for metrics: what is stuck, targets, open operations, decisions and resolutions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from domain.provisioning.target_failures import FailingCode
from domain.provisioning.targets import TargetState
from storage.provisioning import target_failure_queries
from storage.provisioning.target_failure_queries import FAILING
from storage.provisioning.target_queries import KINDS, NAMED


class StuckGroup(NamedTuple):
    """Open stuck items of one target, reason and kind."""

    target: str
    """Empty: they have none."""
    code: str
    kind: str
    size: int
    oldest_age: float
    """Seconds since the oldest of them became stuck."""


class TargetCounts(NamedTuple):
    """One target in numbers."""

    name: str
    state: TargetState
    failures: int
    """In a row."""
    waiting_steps: int
    failing: Sequence[FailingCode]
    """What resources that fail there were told last."""


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """Stuck items, every target, and open operations by kind."""

    stuck: Sequence[StuckGroup]
    targets: Sequence[TargetCounts]
    open_operations: Mapping[str, int]


# One statement, so that the numbers agree. Rows come as arrays, in the order of the tuples' fields.
_STEP_METRICS = text(f"""
SELECT (SELECT COALESCE(jsonb_agg(jsonb_build_array(target, code, kind, count, age)), '[]') FROM (
            SELECT COALESCE(target, '') AS target, code, kind, count(*) AS count,
                extract(epoch FROM clock_timestamp() - min(since)) AS age
            FROM stuck WHERE state <> 'closed' GROUP BY target, code, kind) g),
       (SELECT jsonb_agg(jsonb_build_array(n.name, COALESCE(t.state, 'available'),
                COALESCE(t.failures, 0), COALESCE(w.count, 0), failing.codes))
            FROM {NAMED} n LEFT JOIN target t ON t.name = n.name
            LEFT JOIN (SELECT target, count(*) FROM step
                       WHERE waits_for IS NOT NULL AND waits_for = 'target' GROUP BY target) w
                ON w.target = n.name
            CROSS JOIN LATERAL {FAILING.format(name="n.name")} failing),
       (SELECT COALESCE(jsonb_object_agg(kind, count), '{{}}') FROM (
            SELECT kind, count(*) FROM operation
            WHERE state IN ('pending', 'running') GROUP BY kind) g)
""")


def step_metrics(connection: Connection) -> StepMetrics:
    """Return the numbers as they are now."""
    stuck, targets, operations = connection.execute(_STEP_METRICS, {"kinds": KINDS}).one()
    return StepMetrics(
        [StuckGroup(*each) for each in stuck],
        [_target(*each) for each in targets],
        operations,
    )


def _target(name: str, state: str, failures: int, waiting: int, failing: Any) -> TargetCounts:
    codes = target_failure_queries.codes(failing)
    return TargetCounts(name, TargetState(state), failures, waiting, codes)


class EventCount(NamedTuple):
    """Number of events of the history that say the same."""

    is_decision: bool
    """An operator's decision; otherwise a stuck item was closed."""
    code: str
    """The decision, or the resolution."""
    size: int


# Positions are given in the order of commits, so nothing can appear behind one already counted.
_COUNTS_SINCE = text("""
WITH head AS (SELECT COALESCE(max(position), 0) AS position FROM event_seal)
SELECT position, (
    SELECT COALESCE(jsonb_agg(jsonb_build_array(is_decision, code, count)), '[]') FROM (
        SELECT e.kind = 'stuck:decided' AS is_decision, CASE
                WHEN e.kind <> 'target:resumed' THEN e.reason ->> 'code'
                WHEN e.actor ->> 'kind' = 'engine' THEN 'healed' ELSE 'resumed' END AS code,
            count(*) AS count
        FROM event_seal s JOIN event e ON e.id = s.event_id
        WHERE s.position > :after AND s.position <= head.position
            AND e.kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')
        GROUP BY 1, 2) g)
FROM head
""")


def event_counts(connection: Connection, after: int) -> tuple[int, Sequence[EventCount]]:
    """Count decisions and resolutions sealed after position ``after``.

    Returns also the position up to which they are counted: ``after`` of the next call.
    """
    position, counts = connection.execute(_COUNTS_SINCE, {"after": after}).one()
    return position, [EventCount(*each) for each in counts]
