"""Models of stuck items."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.http.schemas import Erasable, NamedActor, Reason, ResponseModel
from api.ops.target_failures import TargetFailures
from domain.audit import EventKind
from domain.ops import stuck_items
from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.steps import Decision, StepState
from services.ops import stuck_story
from storage.ops import stuck_queries


class StuckItemReason(ResponseModel):
    """Why an item is stuck."""

    code: StuckReason
    text: str
    detail: str = Field(description="What the target answered; may be empty.")


class RecordedDecision(ResponseModel):
    """A decision that an operator made."""

    decision: Decision | Repair
    by: NamedActor
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
    reason: StuckItemReason
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
    def of(cls, item: stuck_items.StuckItem, **more: Any) -> Self:
        """The item, and what a model that extends this one adds."""
        changed = {
            "reason": StuckItemReason(code=item.code, text=TEXTS[item.code], detail=item.detail),
            "decision": RecordedDecision.of(item.decision) if item.decision else None,
        }
        names = StuckItem.model_fields.keys() - changed.keys()
        return cls(**{name: getattr(item, name) for name in names}, **changed, **more)


class StuckItemPage(ResponseModel):
    """A page of stuck items."""

    items: list[StuckItem]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class StuckGroup(ResponseModel):
    """Items with the same target, reason and kind."""

    target: str | None
    reason: StuckReason
    kind: StuckKind
    count: int
    undecided: int = Field(description="Items among them that nobody has decided about.")
    oldest: datetime = Field(description="Since when the oldest is stuck.")

    @classmethod
    def of(cls, group: stuck_queries.StuckGroup) -> Self:
        return cls(
            target=group.target,
            reason=group.code,
            kind=group.kind,
            count=group.count,
            undecided=group.undecided,
            oldest=group.oldest,
        )


class StuckGroups(ResponseModel):
    """Counts of all stuck items; the largest group comes first."""

    items: list[StuckGroup]


class ProcessStep(ResponseModel):
    """One step of a process."""

    id: UUID
    action: str
    target: str
    state: StepState
    decision_no: int = Field(
        description="Number of the decision to carry it out, from 1; part of its idempotency key."
    )
    attempts: int = Field(description="Number of times that it was handed over to its target.")
    waits_for: str | None = Field(description="`order` or `target`, while it waits.")
    resource: str | None
    created_at: datetime
    ended_at: datetime | None


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

    state: str
    version: int
    corrected: list[str]


class StuckItemEvent(ResponseModel):
    """One event about an item."""

    at: datetime
    kind: EventKind
    actor: NamedActor
    reason: Reason | None
    note: Erasable = Field(description="What the operator wrote, unless it was erased.")
    before: StuckItemChange | None
    after: StuckItemChange | None


class StuckItemDetails(StuckItem):
    """An item, the steps of its process, the steps that it blocks, and its events."""

    workflow_id: str | None
    failing: TargetFailures | None = Field(
        description="What fails at the target; null: the item is about no paused target."
    )
    steps: list[ProcessStep] = Field(description="Of its process, in the order they began.")
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
        return cls.of(
            item,
            workflow_id=item.workflow_id,
            failing=TargetFailures.of(story.failing) if story.failing else None,
            steps=[ProcessStep.model_validate(each, from_attributes=True) for each in story.steps],
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
