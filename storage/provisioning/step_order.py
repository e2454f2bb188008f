"""Adds steps, each with its place in the order on its resource, and locks them to work on them."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import Step, step_id
from domain.provisioning.targets import Target
from storage import locks
from storage.locks import Purpose
from storage.provisioning.step_rows import FoundStep

BLOCKED = """EXISTS (
    SELECT FROM step e WHERE e.resource = s.resource AND e.place < s.place
        AND e.ended_at IS NULL AND e.process_id <> s.process_id)"""
"""Condition: step ``s`` waits for an earlier one of another process on the same resource."""


# In a statement of its own: a later statement sees all that was committed before the lock was had.
_LOCK = text("SELECT id FROM step WHERE id = :id FOR UPDATE")
_FOUND = f"""
SELECT s.id, s.process_id, s.target, s.target_kind, s.place, s.state, s.decision_no,
    s.ended_at IS NOT NULL AS is_ended, COALESCE(k.state <> 'closed', FALSE) AS is_listed,
    COALESCE(k.state = 'stuck', FALSE) AS is_undecided,
    CASE WHEN k.state = 'decided' THEN k.decision END AS decision, k.resolution,
    COALESCE(t.state, 'available') AS target_state, COALESCE(t.failures, 0) AS target_failures,
    t.probe_at - clock_timestamp() AS probe_in,
    COALESCE(s.go_at > clock_timestamp(), FALSE) AS is_early,
    COALESCE(GREATEST(s.go_at - clock_timestamp(), interval '0'), interval '0') AS turn_in,
    {BLOCKED} AS is_blocked
FROM {{step}} s LEFT JOIN stuck k ON k.id = s.id LEFT JOIN target t ON t.name = s.target
"""
_FIND = text(f"{_FOUND.format(step='step')} WHERE s.id = :id")
# A step that undoes another takes that one's place. A new step is read in the same statement.
_ADD = f"""
WITH new AS (
    INSERT INTO step (id, process, process_id, workflow_id, account_id, target, target_kind,
                      action, resource, state{{place}})
    VALUES (:id, :process, :process_id, :workflow_id, :account_id, :target, :target_kind,
            :action, :resource, 'asked'{{undone}})
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
        "target": target.name,
        "target_kind": target.kind,
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
