"""Marks a step as being sent for the first time, in one statement where nothing is in its way.

Most steps are: so a step costs two statements, this one and the one that settles it. Wherever a
condition does not hold, nothing is changed, and ``step_order.lock`` finds out what holds it up.
"""

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import Step
from domain.provisioning.targets import Target
from storage.provisioning.step_order import BLOCKED, COLUMNS, SUBJECT, values_of
from storage.provisioning.step_rows import FoundStep

_TARGET_WELL = f"""NOT EXISTS (
        SELECT FROM target t WHERE t.name = s.target AND (t.state <> 'available' OR t.failures > 0))
    AND NOT EXISTS (
        SELECT FROM target_failure f WHERE f.target = s.target AND f.subject = {SUBJECT})"""
# An urgent step that goes ahead marks this row first: then the row has changed, and its condition
# is looked at again. What an operator decided, or undid, is found by ``step_order.lock``.
_IN_ORDER = text(f"""
UPDATE step s SET state = 'sending', attempts = 1, version = s.version + 1,
    sent_at = clock_timestamp()
WHERE s.id = :id AND s.state = 'asked' AND s.attempts = 0 AND s.decision_no = 1
    AND s.waits_for IS NULL AND s.go_at IS NULL AND s.ended_at IS NULL
    AND s.undo_reason IS NULL AND NOT s.is_overtaken
    AND {_TARGET_WELL} AND NOT {BLOCKED}
RETURNING s.place, s.version
""")
_IN_NO_ORDER = text(f"""
INSERT INTO step ({COLUMNS}, state, attempts, sent_at)
SELECT {COLUMNS}, 'sending', 1, clock_timestamp()
FROM (SELECT CAST(:id AS uuid), CAST(:process AS text), CAST(:process_id AS uuid),
    CAST(:workflow_id AS text), CAST(:account_id AS uuid), CAST(:target AS text),
    CAST(:target_kind AS text), CAST(:action AS text), CAST(:item AS text), CAST(:stage AS text),
    CAST(:can_undo AS boolean), CAST(NULL AS text), 0, CAST(NULL AS uuid)) AS s ({COLUMNS})
WHERE {_TARGET_WELL}
ON CONFLICT (id) DO NOTHING RETURNING place, version
""")


def mark(session: Session, step: Step, target: Target, workflow_id: str) -> FoundStep | None:
    """Lock the step and mark it as being sent; returns it as it was, with its new version.

    One that is in no order, and no item's, is added. None: something is in its way, or it is not
    its first attempt, and nothing was changed.
    """
    if step.urgent or step.undoes is not None:  # they look at others first
        return None
    if step.resource is None and not step.item:
        found = session.execute(_IN_NO_ORDER, values_of(step, target, workflow_id))
    else:
        found = session.execute(_IN_ORDER, {"id": step.id})
    row = found.one_or_none()
    return None if row is None else FoundStep.first(step, target, row.place, row.version)


def take_back(session: Session, step: Step) -> None:
    """Record that a step that was marked is not sent: there is nothing to do."""
    session.execute(
        text("UPDATE step SET state = 'asked', attempts = 0, sent_at = NULL WHERE id = :id"),
        {"id": step.id},
    )
