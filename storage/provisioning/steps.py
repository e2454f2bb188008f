"""Writes steps: each change of their state, in the transaction of whoever works on them.

Locks are taken in one order: step, target, stuck item. A transaction that locks two steps locks the
one that undoes before the one that it undoes. storage/provisioning/wakeups.py locks many steps and
nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import (
    Step,
    StepFailures,
    StepState,
    StepWait,
    step_id,
)
from domain.provisioning.targets import Target
from storage import locks
from storage.locks import Purpose
from storage.provisioning.step_rows import FoundStep, UnsettledStep

BLOCKED = """EXISTS (
    SELECT FROM step e WHERE e.resource = s.resource AND e.place < s.place
        AND e.ended_at IS NULL AND e.process_id <> s.process_id)"""
"""Condition: step ``s`` waits for an earlier one of another process on the same resource."""


# In a statement of its own: a later statement sees all that was committed before the lock was had.
_LOCK = text("SELECT id FROM step WHERE id = :id FOR UPDATE")
_FOUND = f"""
SELECT s.id, s.process_id, s.target, s.place, s.state, s.decision_no,
    s.ended_at IS NOT NULL AS is_ended, COALESCE(k.state <> 'closed', FALSE) AS is_listed,
    COALESCE(k.state = 'stuck', FALSE) AS is_undecided,
    CASE WHEN k.state = 'decided' THEN k.decision END AS decision, k.resolution,
    COALESCE(t.state, 'available') AS target_state, COALESCE(t.failures, 0) AS target_failures,
    COALESCE(t.probe_at <= clock_timestamp(), FALSE) AS is_probe_due,
    COALESCE(s.go_at > clock_timestamp(), FALSE) AS is_early,
    COALESCE(GREATEST(s.go_at - clock_timestamp(), interval '0'), interval '0') AS turn_in,
    {BLOCKED} AS is_blocked
FROM {{step}} s LEFT JOIN stuck k ON k.id = s.id LEFT JOIN target t ON t.name = s.target
"""
_FIND = text(f"{_FOUND.format(step='step')} WHERE s.id = :id")
# A step that undoes another takes that one's place. A new step is read in the same statement.
_ADD = f"""
WITH new AS (
    INSERT INTO step (id, process, process_id, workflow_id, account_id, target, action, resource,
                      state{{place}})
    VALUES (:id, :process, :process_id, :workflow_id, :account_id, :target, :action, :resource,
            'asked'{{undone}})
    ON CONFLICT (id) DO NOTHING RETURNING *
)
{_FOUND.format(step="new")}
"""
_ADD_LAST = text(_ADD.format(place="", undone=""))
_ADD_UNDOING = text(
    _ADD.format(
        place=", place",
        undone=""", COALESCE((SELECT place FROM step WHERE id = :undone),
        nextval(pg_get_serial_sequence('step', 'place')))""",
    )
)


def add(session: Session, step: Step, target: Target, workflow_id: str) -> FoundStep | None:
    """Add a step, with its place in the order on its resource. Repeating changes nothing.

    Returns it as ``lock`` does; None: it was added before.
    """
    if step.resource is not None:
        # One after the other: who comes before whom must be plain once the first has committed.
        locks.lock(session, Purpose.STEP_ORDER, step.resource)
    values: dict[str, object] = {
        "id": step.id,
        "process": step.process,
        "process_id": step.process_id,
        "workflow_id": workflow_id,
        "account_id": step.account_id,
        "target": target,
        "action": step.action,
        "resource": step.resource,
    }
    statement = _ADD_LAST
    if step.undoes is not None:
        statement = _ADD_UNDOING
        values["undone"] = step_id(step.process_id, step.undoes)
    row = session.execute(statement, values).one_or_none()
    return FoundStep.of(row) if row else None


def lock(session: Session, step: Step, target: Target, workflow_id: str) -> FoundStep:
    """Lock a step until the transaction ends and return it as it is then; add it if it is new."""
    # A step that takes a place in an order is added beforehand; any other is mostly new.
    if step.resource is None or not _lock_row(session, step.id):
        new = add(session, step, target, workflow_id)
        if new is not None:
            return new
        _lock_row(session, step.id)
    return FoundStep.of(session.execute(_FIND, {"id": step.id}).one())


def _lock_row(session: Session, id_: UUID) -> bool:
    return session.execute(_LOCK, {"id": id_}).one_or_none() is not None


def mark_sending(session: Session, id_: UUID) -> None:
    """Record that the step is about to be sent, or asked about. Commit before calling the target.

    Counts an attempt, unless the target has accepted the step and is only asked.
    """
    session.execute(
        text(
            "UPDATE step SET state = CASE WHEN state = 'accepted' THEN state ELSE 'sending' END,"
            " attempts = attempts + CAST(state <> 'accepted' AS int), go_at = NULL,"
            " waits_for = NULL WHERE id = :id"
        ),
        {"id": id_},
    )


def mark_waiting(session: Session, id_: UUID, waits_for: StepWait) -> None:
    """Record what the step waits for. Time spent waiting does not count as trouble.

    A turn that was given to it, and has not come, stays.
    """
    session.execute(
        text(
            "UPDATE step SET waits_for = :what, woken_at = NULL, troubled_since = NULL,"
            " go_at = CASE WHEN go_at > clock_timestamp() THEN go_at END WHERE id = :id"
        ),
        {"id": id_, "what": waits_for},
    )


# An answer that comes while the step is being undone changes nothing.
_OPEN = "ended_at IS NULL AND state NOT IN ('aborting', 'given_up', 'undone')"
_UNSETTLED = text(f"""
UPDATE step SET state = :state, troubled_since = CASE WHEN :anew THEN clock_timestamp()
    ELSE COALESCE(troubled_since, clock_timestamp()) END
WHERE id = :id AND {_OPEN}
RETURNING workflow_id, target, attempts, troubled_since, clock_timestamp() - troubled_since
""")


def record_unsettled(
    session: Session, id_: UUID, state: StepState, *, anew: bool = False
) -> UnsettledStep | None:
    """Record that the step is not done. None: it was settled or aborted meanwhile.

    ``anew``: its trouble began just now, whatever was before.
    """
    told = {"id": id_, "state": state, "anew": anew}
    row = session.execute(_UNSETTLED, told).one_or_none()
    if row is None:
        return None
    workflow_id, target, attempts, since, troubled_for = row
    return UnsettledStep(StepFailures(workflow_id, Target(target), attempts, since), troubled_for)


_SETTLED = text(f"""
UPDATE step SET state = :state, receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    go_at = NULL, waits_for = NULL, troubled_since = NULL, ended_at = clock_timestamp()
WHERE id = :id AND {_OPEN} RETURNING id
""")


def settle(
    session: Session, id_: UUID, state: StepState, receipt: dict[str, Any] | None = None
) -> bool:
    """Settle the step for good; steps blocked by it may go on. False: it was settled or aborted."""
    told = {"id": id_, "state": state, "receipt": json.dumps(receipt) if receipt else None}
    return session.execute(_SETTLED, told).one_or_none() is not None


_CONFIRMED = text("""
UPDATE step SET state = 'done', waits_for = NULL, ended_at = clock_timestamp()
WHERE id = :id AND state = 'doubt' AND ended_at IS NULL RETURNING id
""")


def confirm(session: Session, id_: UUID) -> bool:
    """Settle a step in doubt as done, its target reported so; returns whether it was in doubt."""
    return session.execute(_CONFIRMED, {"id": id_}).one_or_none() is not None


def mark_aborting(session: Session, id_: UUID) -> None:
    """Record that the step's process is aborted: undo the step if it may have happened.

    It blocks later steps on its resource until its process has ended.
    """
    session.execute(
        text(
            "UPDATE step SET waits_for = NULL, ended_at = NULL,"
            " state = CASE WHEN state IN ('asked', 'trouble', 'refused', 'given_up')"
            " THEN 'given_up'"
            " ELSE 'aborting' END"
            " WHERE id = :id AND (ended_at IS NULL OR state IN ('done', 'refused'))"
        ),
        {"id": id_},
    )


def mark_undone(session: Session, id_: UUID) -> None:
    """Record that what the step did is undone.

    An aborted step keeps its place until its process ends: other steps may be left to undo.
    """
    session.execute(text("UPDATE step SET state = 'undone' WHERE id = :id"), {"id": id_})


def apply_retry(session: Session, id_: UUID, correction: Mapping[str, str]) -> int:
    """Take up the decision to retry the step; returns its ``decision_no``.

    A refused step gets the next number, and so a new idempotency key: the old key was answered.
    """
    number: int = session.execute(
        text(
            "UPDATE step SET decision_no = decision_no + CAST(state = 'refused' AS int),"
            " state = CASE WHEN state = 'refused' THEN 'asked' ELSE state END,"
            " correction = COALESCE(CAST(:correction AS jsonb), correction)"
            " WHERE id = :id RETURNING decision_no"
        ),
        {"id": id_, "correction": json.dumps(dict(correction)) if correction else None},
    ).scalar_one()
    return number


def drop_unfinished(session: Session, process_id: UUID) -> Sequence[UUID]:
    """Settle what is left of a process that has ended; returns the ids of those steps.

    Steps blocked by them may go on.
    """
    rows = session.execute(
        text(
            "UPDATE step SET go_at = NULL, waits_for = NULL,"
            " state = CASE WHEN state = 'undone' THEN state ELSE 'dropped' END,"
            " ended_at = clock_timestamp() WHERE process_id = :id AND ended_at IS NULL"
            " RETURNING id"
        ),
        {"id": process_id},
    )
    return rows.scalars().all()
