"""Steps of a process, as operations see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.ops.stuck_subjects import StepPosition, SubjectService
from domain.provisioning.steps import StepState, StepWait
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.targets import TargetState


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step of a process."""

    id: UUID
    action: str
    target: str
    target_state: TargetState
    """Do steps go to it?"""
    state: StepState
    position: StepPosition
    service: SubjectService | None
    cause: Cause | None
    """Why it is in trouble, in doubt or refused; of a step in doubt, what the doubt came from."""
    question: Cause | None
    """Why the question about a step in doubt was not answered."""
    can_undo: bool
    """Its process undoes it where its item is to be undone."""
    undoes: str | None
    """The action that it undoes."""
    is_released: bool
    """It is over for good: nothing of it is undone any more."""
    decision_no: int
    """Number of the decision to carry it out, from 1."""
    attempts: int
    """Number of times that it was handed over to its target."""
    waits_for: StepWait | None
    resource: str | None
    created_at: datetime
    ended_at: datetime | None
