"""Counts failures and answers of targets, by resource; pauses and resumes targets accordingly.

Which state follows is decided in domain/provisioning/target_pauses.py. Locks are taken in one
order: the row of ``target``, then rows of ``target_failure``, then of ``stuck``. A step that is
done, where nothing had failed before, needs none of this.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning import target_pauses
from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_failures import FailedCall, PauseCause
from domain.provisioning.target_pauses import FailuresInRow
from domain.provisioning.targets import Target, TargetState
from storage.provisioning import target_failure_queries, targets

_COUNT = text("""
INSERT INTO target AS t (name, kind, failures) VALUES (:name, :kind, 1)
ON CONFLICT (name) DO UPDATE SET failures = t.failures + 1
RETURNING state, failures
""")
# In a statement of its own: it sees what was committed before the target's row was locked.
_KEEP = text("""
WITH kept AS (
    INSERT INTO target_failure AS f
        (target, subject, step_id, code, detail, failures, first_at, last_at)
    SELECT :name, :subject, :step_id, :code, :detail, 1, at, at
    FROM (SELECT clock_timestamp() AS at) now
    ON CONFLICT (target, subject) DO UPDATE SET
        step_id = EXCLUDED.step_id, code = EXCLUDED.code, detail = EXCLUDED.detail,
        failures = CASE WHEN f.step_id = EXCLUDED.step_id THEN f.failures ELSE 0 END + 1,
        first_at = CASE WHEN f.step_id = EXCLUDED.step_id THEN f.first_at
            ELSE EXCLUDED.first_at END,
        last_at = EXCLUDED.last_at
)
SELECT count(*) + 1 FROM target_failure f JOIN target t ON t.name = f.target
WHERE f.target = :name AND f.subject <> :subject
    AND (t.counted_since IS NULL OR f.last_at > t.counted_since)
""")


@dataclass(frozen=True, slots=True)
class CountedFailure:
    """A target after one more failure."""

    is_available: bool
    paused: PauseCause | None
    """Why it is paused; None: this failure did not pause it."""


def record_failure(
    session: Session, target: Target, failed: FailedCall, rules: StepRules, *, is_probe: bool
) -> CountedFailure:
    """Count one more failure of this resource; pause the target where the rule says so.

    ``is_probe``: the step was let through to a target that was not available.
    """
    named = {"name": target.name, "kind": target.kind}
    state, failures = session.execute(_COUNT, named).one()
    kept = {
        "name": target.name,
        "subject": failed.resource,
        "step_id": failed.step_id,
        "code": failed.code,
        "detail": failed.detail,
    }
    resources: int = session.execute(_KEEP, kept).scalar_one()
    before, found = TargetState(state), FailuresInRow(failures, resources)
    after = target_pauses.after_failure(before, found, rules, is_probe=is_probe)
    cause = None
    if after is TargetState.PAUSED and before is not TargetState.PAUSED:
        cause = target_failure_queries.cause(session, target, failures)
        targets.pause_failing(session, target, before, rules.pause_for, cause)
    is_news = before is TargetState.AVAILABLE
    return CountedFailure(after is TargetState.AVAILABLE, cause if is_news else None)


_ANSWERED = text("""
WITH answered AS (
    UPDATE target SET failures = 0, counted_since = clock_timestamp() WHERE name = :name
    RETURNING name, state, paused_by IS NOT NULL AS by_operator
), forgotten AS (
    DELETE FROM target_failure f USING answered a WHERE f.target = a.name AND f.subject = :subject
)
SELECT state, by_operator FROM answered
""")


def record_answer(session: Session, target: Target, resource: str, *, is_probe: bool) -> None:
    """Set the failures in a row to 0, forget this resource's; a probe resumes the target.

    Needed only where the resource or the target failed before.
    """
    answered = {"name": target.name, "subject": resource}
    row = session.execute(_ANSWERED, answered).one_or_none()
    if row is None:
        return
    before = TargetState(row.state)
    after = target_pauses.after_answer(before, is_probe=is_probe, by_operator=row.by_operator)
    if after is not before:
        targets.resume_answering(session, target)
