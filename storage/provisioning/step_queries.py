"""Reads steps."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import StepState, step_id
from domain.provisioning.undoing import UndoReason


class StepEnd(NamedTuple):
    """State of a step, and why its item is undone."""

    state: StepState
    undo_reason: UndoReason | None


def settled(session: Session, id_: UUID) -> StepEnd:
    """Read a step that another worker has settled."""
    state, undo_reason = session.execute(
        text("SELECT state, undo_reason FROM step WHERE id = :id"), {"id": id_}
    ).one()
    return StepEnd(StepState(state), UndoReason(undo_reason) if undo_reason else None)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step's state and receipt."""

    id: UUID
    state: StepState
    decision_no: int
    """Of the key under which it was sent last."""
    receipt: dict[str, Any] | None
    """The target's answer, once the step was done."""

    @property
    def may_have_happened(self) -> bool:
        """True where there may be something to undo."""
        return self.state in {StepState.DONE, StepState.ABORTING}


def find(session: Session, process_id: UUID, action: str) -> StepRecord | None:
    """Read the step that does ``action`` in this process; None: it was never added."""
    row = session.execute(
        text("SELECT id, state, decision_no, receipt FROM step WHERE id = :id"),
        {"id": step_id(process_id, action)},
    ).one_or_none()
    return StepRecord(row.id, StepState(row.state), row.decision_no, row.receipt) if row else None
