"""Models of steps, and of what they are about."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.grant_schemas import ServiceLabel
from api.http.schemas import Erasable, NamedActor, ResponseModel
from domain.ops import process_steps, stuck_subjects
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.provisioning.steps import Stage, StepState
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.undoing import UndoReason

STAGE = (
    "Where the step stands to the point of no return of its item. `reversible`: before it;"
    " `pivot`: once it is done, nothing of the item is undone or cancelled; `final`: after it."
)
UNDO_REASON = "Why its item is being undone; null: it is not."
QUESTION = (
    "Of a step in doubt: why its target, asked about the earlier attempt, gave no answer. Null: it"
    " was not asked, or answered."
)


class StuckItemReason(ResponseModel):
    """Why an item is stuck."""

    code: StuckReason = Field(description="Why it is stuck. More may be added.")
    text: str
    detail: str = Field(description="What the target answered; may be empty.")

    @classmethod
    def of(cls, cause: Cause) -> Self:
        return cls(code=cause.code, text=TEXTS[cause.code], detail=cause.detail)


class SubjectService(ServiceLabel):
    """The service that a step is about, as it is now."""

    network_id: str = Field(description="Id by which the step's target is asked for it.")

    @classmethod
    def of_subject(cls, service: stuck_subjects.SubjectService | None) -> Self | None:
        """The service that something is about; None for None."""
        if service is None:
            return None
        label = service.label
        return cls(
            id=label.id,
            kind=label.kind,
            number=label.number,
            name=label.name,
            network_id=service.network_id,
        )


class ProcessRequest(ResponseModel):
    """The request for a process."""

    at: datetime = Field(description="When it was asked for.")
    by: NamedActor = Field(description="Who asked for it.")
    note: Erasable = Field(description="Why, as they wrote it. Null: nothing, or it is erased.")

    @classmethod
    def of(cls, request: stuck_subjects.ProcessRequest | None) -> Self | None:
        """The request; None for None."""
        if request is None:
            return None
        return cls(at=request.at, by=NamedActor.of(request.by), note=request.note)


class ProcessStep(ResponseModel):
    """One step of a process."""

    id: UUID
    action: str
    target: str = Field(description="Name of the outside system on which it acts.")
    state: StepState
    item: str = Field(description="The part of the process that it belongs to.")
    stage: Stage = Field(description=STAGE)
    can_undo: bool = Field(description="Its process undoes it where its item is to be undone.")
    undoes: str | None = Field(description="The action that it undoes.")
    undo_reason: UndoReason | None = Field(description=UNDO_REASON)
    service: SubjectService | None = Field(description="The service that it changes; null: none.")
    reason: StuckItemReason | None = Field(
        description="Why it is in trouble, in doubt or refused; of a step in doubt, what the doubt"
        " came from."
    )
    question: StuckItemReason | None = Field(description=QUESTION)
    in_doubt_since: datetime | None
    decision_no: int = Field(
        description="Number of the decision to carry it out, from 1; part of its idempotency key."
    )
    attempts: int = Field(description="Number of times that it was handed over to its target.")
    waits_for: str | None = Field(description="`order` or `target`, while it waits.")
    resource: str | None = Field(
        description="What the step takes its turn on. Null: it needs no turn."
    )
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, step: process_steps.ProcessStep) -> Self:
        position = step.position
        changed: dict[str, Any] = {
            "item": position.item,
            "stage": position.stage,
            "undo_reason": position.undo_reason,
            "in_doubt_since": position.in_doubt_since,
            "service": SubjectService.of_subject(step.service),
            "reason": step.cause and StuckItemReason.of(step.cause),
            "question": step.question and StuckItemReason.of(step.question),
        }
        same = cls.model_fields.keys() - changed.keys()
        return cls(**{name: getattr(step, name) for name in same}, **changed)
