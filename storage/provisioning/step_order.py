"""Adds steps, with their places in the order on their resources, and locks them to work on them.

A process takes all its places in one transaction. So of two processes that share resources one is
before the other on every one of them, and neither waits for the other in a circle.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import Step, step_id
from domain.provisioning.targets import Target
from storage import locks
from storage.locks import Purpose
from storage.provisioning import overtaking
from storage.provisioning.step_rows import FoundStep


def _in_flight(step: str) -> str:
    # Listed since its last attempt, it is stuck. What is being retried is on its way again.
    return f"""({step}.state = 'sending' OR {step}.state IN ('accepted', 'doubt') AND NOT EXISTS (
        SELECT FROM stuck i WHERE i.id = {step}.id AND i.state IN ('stuck', 'decided')
            AND i.last_failed_at >= {step}.troubled_since))"""


BLOCKED = f"""EXISTS (
    SELECT FROM step e WHERE e.resource = s.resource AND e.released_at IS NULL
        AND e.process_id <> s.process_id AND CASE
            WHEN s.urgency > e.urgency THEN {_in_flight("e")}
            WHEN e.urgency > s.urgency THEN NOT {_in_flight("s")}
            ELSE e.place < s.place END)"""
"""Condition: step ``s`` waits for a step of another process on the same resource.

Of what is less urgent it waits only for what is in flight: on its way to its target, and not stuck.
It waits until processes of its own urgency that are before it have given up their places, and so
have all of more urgency, unless it is in flight itself: then its outcome is found out first.
"""


class NotAdded(LookupError):
    """The step belongs to an item, and was not added with its process."""


class PlacedStep(NamedTuple):
    """A step to add, and its target."""

    step: Step
    target: Target


SUBJECT = "COALESCE(s.resource, CAST(s.id AS text))"
"""What step ``s`` counts as where its target fails: its resource, else the step itself."""

# In a statement of its own: a later statement sees all that was committed before the lock was had.
_LOCK = text("SELECT id FROM step WHERE id = :id FOR UPDATE")
_FOUND = f"""
SELECT s.id, s.process_id, s.target, s.target_kind, s.place, s.state, s.decision_no, s.version,
    s.undo_reason, s.is_overtaken OR COALESCE(
        (SELECT u.is_overtaken FROM step u WHERE u.id = s.undoes), FALSE)
        AS is_overtaken, s.correction, s.receipt,
    COALESCE(clock_timestamp() - s.sent_at, interval '0') AS sent_ago,
    s.ended_at IS NOT NULL AS is_ended, COALESCE(k.state <> 'closed', FALSE) AS is_listed,
    COALESCE(k.state = 'stuck', FALSE) AS is_undecided,
    CASE WHEN k.state = 'decided' THEN k.decision END AS decision,
    COALESCE(t.state, 'available') AS target_state, COALESCE(t.failures, 0) AS target_failures,
    t.probe_at - clock_timestamp() AS probe_in,
    EXISTS (SELECT FROM target_failure f
        WHERE f.target = s.target AND f.subject = {SUBJECT}) AS has_failed,
    s.go_at IS NOT NULL AS is_chosen,
    COALESCE(s.go_at > clock_timestamp(), FALSE) AS is_early,
    COALESCE(GREATEST(s.go_at - clock_timestamp(), interval '0'), interval '0') AS turn_in,
    {BLOCKED} AS is_blocked
FROM {{step}} s LEFT JOIN stuck k ON k.id = s.id LEFT JOIN target t ON t.name = s.target
"""
_FIND = text(f"{_FOUND.format(step='step')} WHERE s.id = :id")
COLUMNS = """id, process, process_id, workflow_id, account_id, target, target_kind, action,
    item, stage, can_undo, resource, urgency, undoes"""
# A new step is read in the same statement. One that undoes another takes that one's place.
_ADD = text(f"""
WITH new AS (
    INSERT INTO step ({COLUMNS}, state, place)
    VALUES (:id, :process, :process_id, :workflow_id, :account_id, :target, :target_kind,
        :action, :item, :stage, :can_undo, :resource, :urgency, :undoes, 'asked', COALESCE(
            (SELECT place FROM step WHERE id = CAST(:undoes AS uuid)),
            nextval(pg_get_serial_sequence('step', 'place'))))
    ON CONFLICT (id) DO NOTHING RETURNING *
)
{_FOUND.format(step="new")}
""")
_ADD_ALL = text(f"""
INSERT INTO step ({COLUMNS}, state)
SELECT {COLUMNS}, 'asked'
FROM jsonb_to_recordset(CAST(:steps AS jsonb)) AS new (
    number int, id uuid, process text, process_id uuid, workflow_id text, account_id uuid,
    target text, target_kind text, action text, item text, stage text, can_undo boolean,
    resource text, urgency int, undoes uuid)
ORDER BY number
ON CONFLICT (id) DO NOTHING
""")


def add_all(session: Session, steps: Sequence[PlacedStep], workflow_id: str) -> None:
    """Add all steps of a process, with their places, in this order. Repeating changes nothing.

    Once in a transaction. Raises ValueError where steps that take places differ in urgency: two
    such processes could wait for each other.
    """
    placed = [each.step for each in steps if each.step.resource is not None]
    if len({step.urgency for step in placed}) > 1:
        raise ValueError("all steps of a process are equally urgent, or none is")
    # One process after the other: who is before whom must be plain once the first has committed.
    resources = {step.resource for step in placed if step.resource is not None}
    locks.lock_all(session, Purpose.STEP_ORDER, resources)
    values = [
        values_of(step, target, workflow_id) | {"number": number}
        for number, (step, target) in enumerate(steps)
    ]
    session.execute(_ADD_ALL, {"steps": json.dumps(values, default=str)})


def _add(session: Session, step: Step, target: Target, workflow_id: str) -> FoundStep | None:
    """Add a step that is in no order, or undoes another; None: it was added before."""
    if step.undoes is None and step.item:  # whoever cancels the item must find all its steps
        raise NotAdded(step.action)
    if step.resource is not None:  # an urgent step sees it in flight, or it sees the urgent step
        locks.lock(session, Purpose.STEP_ORDER, step.resource)
    row = session.execute(_ADD, values_of(step, target, workflow_id)).one_or_none()
    return FoundStep.of(row) if row else None


def values_of(step: Step, target: Target, workflow_id: str) -> dict[str, object]:
    """Return the values of ``COLUMNS`` of a new step."""
    return {
        "id": step.id,
        "process": step.process,
        "process_id": step.process_id,
        "workflow_id": workflow_id,
        "account_id": step.account_id,
        "target": target.name,
        "target_kind": target.kind,
        "action": step.action,
        "item": step.item,
        "stage": step.stage,
        "can_undo": step.can_undo,
        "resource": step.resource,
        "urgency": step.urgency,
        "undoes": None if step.undoes is None else step_id(step.process_id, step.undoes),
    }


def lock(session: Session, step: Step, target: Target, workflow_id: str) -> FoundStep:
    """Lock a step until the transaction ends and return it as it is then; add it if it is new.

    Raises NotAdded.
    """
    # A step that takes a place in an order, or is an item's, is added beforehand; another is new.
    is_mostly_new = step.resource is None and not step.item
    if is_mostly_new or not _lock_row(session, step.id):
        if step.resource is not None and step.undoes is None and not step.item:
            add_all(session, [PlacedStep(step, target)], workflow_id)
        else:
            new = _add(session, step, target, workflow_id)
            if new is not None:
                return new
        _lock_row(session, step.id)
    if step.urgent:
        overtaking.hold_others(session, step)
    return FoundStep.of(session.execute(_FIND, {"id": step.id}).one())


def _lock_row(session: Session, id_: UUID) -> bool:
    return session.execute(_LOCK, {"id": id_}).one_or_none() is not None
