"""Finds the processes to wake: each statement picks them, and marks them as woken.

Waking can fail, so a process that was woken and still waits is woken again after 30 seconds.
"""

from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.step_rules import StepRules
from storage.provisioning.step_order import BLOCKED, SUBJECT
from storage.provisioning.targets import PROBE_DUE

_MANY = 200
"""Processes that one statement picks at most."""
_NOT_WOKEN = "(woken_at IS NULL OR woken_at < clock_timestamp() - interval '30 seconds')"

_PLAN_TURNS = text(f"""
WITH last AS (
    SELECT target, max(go_at) AS go_at FROM step WHERE waits_for IS NOT NULL GROUP BY target
), waiting AS (
    SELECT s.id, s.target, s.waits_for, s.place
    FROM step s LEFT JOIN target t ON t.name = s.target
    WHERE s.waits_for IS NOT NULL AND s.go_at IS NULL
        AND COALESCE(t.state, 'available') = 'available' AND NOT {BLOCKED}
    FOR UPDATE OF s SKIP LOCKED
), ready AS (
    SELECT id, waits_for, GREATEST(last.go_at, statement_timestamp()) AS base,
        row_number() OVER (PARTITION BY target, waits_for ORDER BY place) AS n
    FROM waiting JOIN last USING (target)
)
UPDATE step SET go_at = CASE WHEN ready.waits_for = 'order' THEN clock_timestamp()
    ELSE ready.base + ready.n / CAST(:rate AS float) * interval '1 second'
        + random() * CAST(:jitter AS interval) END
FROM ready WHERE ready.id = step.id
""")
_PLAN_PROBES = text(f"""
WITH first AS (
    SELECT DISTINCT ON (s.target) s.id
    FROM step s JOIN target t ON t.name = s.target
        LEFT JOIN target_failure f ON f.target = s.target AND f.subject = {SUBJECT}
    WHERE s.waits_for IS NOT NULL AND {PROBE_DUE}
        AND {_NOT_WOKEN} AND NOT {BLOCKED}
    ORDER BY s.target, COALESCE(f.failures, 0), s.place
), free AS (
    SELECT s.id FROM step s JOIN first USING (id) ORDER BY s.id FOR UPDATE OF s SKIP LOCKED
)
UPDATE step SET go_at = clock_timestamp() FROM free WHERE free.id = step.id
""")
_DUE = text(f"""
WITH due AS (
    SELECT id FROM step
    WHERE waits_for IS NOT NULL AND go_at <= statement_timestamp()
        AND {_NOT_WOKEN}
    ORDER BY go_at, id LIMIT {_MANY} FOR UPDATE SKIP LOCKED
), woken AS (
    UPDATE step SET woken_at = clock_timestamp() FROM due WHERE due.id = step.id
    RETURNING step.id, step.workflow_id, step.action, step.go_at
)
SELECT workflow_id, action FROM woken ORDER BY go_at, id
""")
# Until its process knows: from then on it waits for what other steps wait for.
_TO_UNDO = text(f"""
WITH wanted AS (
    SELECT id FROM step
    WHERE undo_reason IS NOT NULL AND ended_at IS NULL AND NOT is_undo_known
        AND {_NOT_WOKEN}
    ORDER BY woken_at NULLS FIRST LIMIT {_MANY} FOR UPDATE SKIP LOCKED
)
UPDATE step SET woken_at = clock_timestamp() FROM wanted WHERE wanted.id = step.id
RETURNING step.workflow_id, step.action
""")


def plan_turns(session: Session, rules: StepRules) -> None:
    """Give a turn to each waiting step whose way is free: in the order, and at its target.

    Steps that waited for a target get turns ``rules.resume_rate`` a second, with jitter. When a
    probe of a paused target is due, one step that waits for it gets a turn: of those whose resource
    failed there least often, the first.
    """
    session.execute(_PLAN_TURNS, {"rate": rules.resume_rate, "jitter": rules.resume_jitter})
    session.execute(_PLAN_PROBES)


class Wakeup(NamedTuple):
    """A step whose process is to be woken for it."""

    workflow_id: str
    action: str


def claim_due(session: Session) -> list[Wakeup]:
    """Steps whose turn has come, in that order, at most 200."""
    return [Wakeup(*row) for row in session.execute(_DUE)]


def claim_to_undo(session: Session) -> list[Wakeup]:
    """Steps of items that are to be undone, and whose processes may not know, at most 200."""
    return [Wakeup(*row) for row in session.execute(_TO_UNDO)]
