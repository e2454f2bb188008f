"""Reads the steps of a process, each with the service that it is about."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.ops.process_steps import ProcessStep
from domain.provisioning.steps import StepState, StepWait
from domain.provisioning.targets import TargetState
from storage.ops.stuck_queries import cause
from storage.ops.stuck_subjects import (
    NETWORK_ID,
    ON_RESOURCE,
    POSITION,
    SERVICE,
    position_of,
    service_of,
)

_STEPS = text(f"""
SELECT s.id, s.action, s.target, COALESCE(t.state, 'available') AS target_state, s.state,
    {POSITION}, {SERVICE}, {NETWORK_ID} AS network_id, s.code, s.detail, s.question_code,
    s.question_detail, s.can_undo, undone.action AS undoes,
    s.released_at IS NOT NULL AS is_released, s.decision_no, s.attempts, s.waits_for, s.resource,
    s.created_at, s.ended_at
FROM step s
LEFT JOIN target t ON t.name = s.target
LEFT JOIN step undone ON undone.id = s.undoes
LEFT JOIN service v ON v.id = {ON_RESOURCE}
WHERE s.process_id = :id ORDER BY s.created_at, s.place
""")
_SAME = (
    *("id", "action", "target", "can_undo", "undoes", "is_released"),
    *("decision_no", "attempts", "resource", "created_at", "ended_at"),
)


def steps_of(connection: Connection, process_id: UUID) -> list[ProcessStep]:
    """Every step of this process, in the order in which they began."""
    return [_step(row) for row in connection.execute(_STEPS, {"id": process_id})]


def _step(row: Row[Any]) -> ProcessStep:
    return ProcessStep(
        **{name: getattr(row, name) for name in _SAME},
        target_state=TargetState(row.target_state),
        state=StepState(row.state),
        position=position_of(row),
        service=service_of(row),
        cause=cause(row.code, row.detail),
        question=cause(row.question_code, row.question_detail),
        waits_for=row.waits_for and StepWait(row.waits_for),
    )
