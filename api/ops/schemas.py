"""Models of stuck items."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.http.schemas import Erasable, NamedActor, Reason, ResponseModel
from api.ops.forecast_schemas import DecisionForecast
from api.ops.step_schemas import (
    QUESTION,
    STAGE,
    UNDO_REASON,
    ProcessRequest,
    ProcessStep,
    StuckItemReason,
    SubjectService,
)
from api.ops.target_failures import TargetFailures
from domain.audit import EventKind
from domain.ops import forecasts, stuck_items
from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import StuckKind
from domain.ops.stuck_subjects import StuckSubject
from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Stage
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.undoing import UndoReason
from services.ops import stuck_story


class RecordedDecision(ResponseModel):
    """A decision that an operator made."""

    decision: Decision | Repair
    by: NamedActor = Field(description="Who decided.")
    correction: dict[str, str] = Field(description="Inputs to retry with, by name.")

    @classmethod
    def of(cls, made: stuck_items.RecordedDecision) -> Self:
        return cls(
            decision=made.decision,
            by=NamedActor.of(made.by),
            correction=dict(made.correction),
        )


class StuckItem(ResponseModel):
    """Something that needs a decision: a step, a target or a process."""

    id: UUID
    version: int = Field(description="A decision names it.")
    kind: StuckKind
    state: StuckState = Field(
        description="`stuck`: needs a decision; `decided`: its process has not taken the decision"
        " up; `retrying`: the decision is being carried out; `closed`: no longer stuck."
    )
    process: ProcessType | None = Field(description="Null: a target.")
    process_id: UUID | None
    account_id: UUID | None
    target: str | None
    action: str | None
    reason: StuckItemReason = Field(description="Why it is stuck.")
    question: StuckItemReason | None = Field(description=QUESTION)
    attempts: int
    first_failed_at: datetime = Field(
        description="When it first failed or was refused; for a target: when it was paused."
    )
    last_failed_at: datetime = Field(description="When that happened last.")
    since: datetime = Field(description="When it became stuck.")
    allowed_decisions: list[Decision | Repair]
    correctable_inputs: list[str] = Field(description="Inputs that a retry may correct.")
    decision: RecordedDecision | None = Field(description="The last decision, if any.")
    note: Erasable = Field(
        description="What the operator wrote who decided, or who paused the target. Null: nobody"
        " did, it is erased, or this answers a POST."
    )
    closed_at: datetime | None
    resolution: Resolution | None = Field(description="How it stopped being stuck.")

    @classmethod
    def of(cls, item: stuck_items.StuckItem, /, **more: Any) -> Self:
        """The item, and what a model that extends this one adds."""
        changed = {
            "reason": StuckItemReason.of(Cause(item.code, item.detail)),
            "question": item.question and StuckItemReason.of(item.question),
            "decision": RecordedDecision.of(item.decision) if item.decision else None,
        }
        names = StuckItem.model_fields.keys() - changed.keys()
        return cls(**{name: getattr(item, name) for name in names}, **changed, **more)


class ListedStuckItem(StuckItem):
    """A stuck item, and what it is about."""

    service: SubjectService | None = Field(
        description="The service that it is about; null: none. Of a step: the one that it changes."
    )
    requested: ProcessRequest | None = Field(
        description="Who requested its process; null: a target, or nobody did."
    )
    item: str | None = Field(
        description="Part of the process that the step belongs to: one item can fail while others"
        " go on. Null: this is no step."
    )
    stage: Stage | None = Field(description=STAGE)
    undo_reason: UndoReason | None = Field(description=UNDO_REASON)
    in_doubt_since: datetime | None = Field(description="Null: it is not in doubt.")

    @classmethod
    def about(cls, item: stuck_items.StuckItem, subject: StuckSubject, **more: Any) -> Self:
        """The item, what it is about, and what a model that extends this one adds."""
        position = subject.position
        return cls.of(
            item,
            service=SubjectService.of_subject(subject.service),
            requested=ProcessRequest.of(subject.request),
            item=position and position.item,
            stage=position and position.stage,
            undo_reason=position and position.undo_reason,
            in_doubt_since=position and position.in_doubt_since,
            **more,
        )


class StuckItemPage(ResponseModel):
    """A page of stuck items."""

    items: list[ListedStuckItem]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class BlockedStep(ResponseModel):
    """A step of another process that waits for this item's process."""

    id: UUID
    process: ProcessType
    process_id: UUID
    account_id: UUID | None
    action: str
    created_at: datetime


class StuckItemChange(TypedDict, total=False):
    """An item, or a paused target, before or after an event."""

    state: Annotated[str, Field(description="State of the item, or of the target.")]
    version: Annotated[int, Field(description="Version of the item, or of the target.")]
    corrected: Annotated[list[str], Field(description="Names of the inputs that were corrected.")]


class StuckItemEvent(ResponseModel):
    """One event about an item."""

    at: datetime
    kind: EventKind
    actor: NamedActor
    reason: Reason | None = Field(description="Why it happened. Null: nothing was said.")
    note: Erasable = Field(description="What the operator wrote, unless it was erased.")
    before: StuckItemChange | None = Field(
        description="What it was before the event. Null: nothing."
    )
    after: StuckItemChange | None = Field(
        description="What it was after the event. Null: nothing of it changed."
    )


class StuckItemDetails(ListedStuckItem):
    """An item and what it is about, the steps of its process, those that it blocks, its events."""

    workflow_id: str | None
    failing: TargetFailures | None = Field(
        description="What fails at the target; null: the item is about no paused target."
    )
    steps: list[ProcessStep] = Field(description="Of its process, in the order they began.")
    forecasts: list[DecisionForecast] = Field(
        description="What each decision about the step would do now. Empty: it is no step, or"
        " nothing may be decided."
    )
    blocked_steps: list[BlockedStep] = Field(
        description="The first 100 steps of other processes that wait for its process."
    )
    blocked_count: int = Field(
        description="Number of steps that wait for its process or, where a target is paused, for"
        " the target."
    )
    events: list[StuckItemEvent] = Field(description="The newest 200, oldest first.")
    earlier_events: int = Field(description="Number of events before those.")

    @classmethod
    def of_story(cls, story: stuck_story.StuckStory) -> Self:
        item = story.item
        return cls.about(
            item,
            story.subject,
            workflow_id=item.workflow_id,
            failing=TargetFailures.of(story.failing) if story.failing else None,
            steps=[ProcessStep.of(each) for each in story.steps],
            forecasts=_forecasts(story),
            blocked_steps=[
                BlockedStep.model_validate(each, from_attributes=True)
                for each in story.blocked_steps
            ],
            blocked_count=story.blocked_count,
            events=[
                StuckItemEvent.model_validate(each, from_attributes=True) for each in story.events
            ],
            earlier_events=story.earlier_events,
        )


def _forecasts(story: stuck_story.StuckStory) -> list[DecisionForecast]:
    """Forecast each decision that may be made about a step, by the rules that carry it out."""
    item, steps = story.item, story.steps
    if item.id not in {step.id for step in steps}:
        return []
    return [
        DecisionForecast.of(
            decision, forecasts.forecast(steps, item.id, decision, can_ask=item.can_ask)
        )
        for decision in item.allowed_decisions
        if isinstance(decision, Decision)
    ]
