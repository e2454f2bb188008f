"""Reads why targets fail: codes and counts by target, and the steps that fail most."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, text
from sqlmodel import Session

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.target_failures import (
    FailingCode,
    FailingStep,
    PauseCause,
    TargetFailures,
)
from domain.provisioning.targets import Target

SHOWN = 10
"""Codes, and steps, that are shown of one target at most: those of most failures."""
_STEPS = TypeAdapter(list[FailingStep])

# A step that has ended, or that is to be undone, needs no answer any more.
UNANSWERED = """NOT EXISTS (SELECT FROM step e WHERE e.id = f.step_id
    AND (e.ended_at IS NOT NULL OR e.state IN ('aborting', 'given_up', 'undone')))"""
"""Condition: the resource of ``target_failure`` ``f`` still waits for the target's answer."""
FAILING = f"""(
    SELECT COALESCE(sum(resources), 0) AS resources, COALESCE(jsonb_agg(
        jsonb_build_array(code, detail, resources, failures)
        ORDER BY resources DESC, failures DESC, code, detail) FILTER (WHERE n <= {SHOWN}),
        '[]') AS codes
    FROM (
        SELECT f.code, f.detail, count(*) AS resources, sum(f.failures) AS failures,
            row_number() OVER (
                ORDER BY count(*) DESC, sum(f.failures) DESC, f.code, f.detail) AS n
        FROM target_failure f WHERE f.target = {{name}} AND {UNANSWERED}
        GROUP BY f.code, f.detail) grouped)"""
"""Row source with ``resources`` and ``codes`` of the target that ``name`` says."""
CULPRITS = f"""(
    SELECT COALESCE(jsonb_agg(to_jsonb(worst) ORDER BY worst.failures DESC, worst.first_at), '[]')
        AS steps
    FROM (
        SELECT f.step_id AS id, f.code, f.detail, f.failures, f.first_at, f.last_at,
            EXISTS (SELECT FROM stuck k WHERE k.id = f.step_id AND k.state <> 'closed') AS is_stuck
        FROM target_failure f WHERE f.target = {{name}} AND {UNANSWERED}
        ORDER BY f.failures DESC, f.first_at LIMIT {SHOWN}) worst)"""
"""Row source with ``steps``: those that fail most at the target that ``name`` says."""
_FAILING = text(f"SELECT f.resources, f.codes FROM {FAILING.format(name=':name')} f")


def cause(session: Session, target: Target, failures: int) -> PauseCause:
    """Why the target is paused after this many failures in a row."""
    resources, found = session.execute(_FAILING, {"name": target.name}).one()
    return PauseCause(failures, int(resources), codes(found))


def codes(found: Sequence[Sequence[Any]]) -> list[FailingCode]:
    """The codes in the column ``codes`` of ``FAILING``."""
    return [FailingCode(StuckReason(code), *rest) for code, *rest in found]


def failing(row: Row[Any]) -> TargetFailures:
    """What fails, from a row with ``resources``, ``codes`` and ``steps``."""
    return TargetFailures(int(row.resources), codes(row.codes), _STEPS.validate_python(row.steps))


_OF = text(f"""
SELECT failing.resources, failing.codes, culprits.steps
FROM {FAILING.format(name=":name")} failing, {CULPRITS.format(name=":name")} culprits
""")


def failing_at(connection: Connection, target: str) -> TargetFailures:
    """What fails at the target with this name."""
    return failing(connection.execute(_OF, {"name": target}).one())
