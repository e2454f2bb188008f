"""What is stuck, as operations see it."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Actor, Reason, ResponseModel
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason


class StuckReasonShape(ResponseModel):
    """Why it does not go on."""

    code: str
    text: str
    detail: str = Field(description="The target's own word; empty: it gave none.")

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row that is stuck."""
        return cls(code=row.code, text=TEXTS[StuckReason(row.code)], detail=row.detail)


class DecisionShape(ResponseModel):
    """What an operator decided."""

    decision: str
    by: Actor
    reason: str
    correction: dict[str, str]

    @classmethod
    def of_json(cls, value: dict[str, Any] | None) -> Self | None:
        """From the shape in which decisions are stored."""
        return cls(**{name: value[name] for name in cls.model_fields}) if value else None


class StuckShape(ResponseModel):
    """Something that needs a decision."""

    id: UUID
    version: int = Field(description="A decision names it.")
    kind: str = Field(description=", ".join(f"`{kind}`" for kind in StuckKind))
    state: str = Field(
        description="`stuck`; `decided`: its process has not heard yet; `retrying`; `closed`."
    )
    process: str | None = Field(description="What sort of process; null: it is a target.")
    process_id: UUID | None
    account_id: UUID | None
    target: str | None
    action: str | None
    reason: StuckReasonShape
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    since: datetime = Field(description="When it became stuck.")
    allowed_decisions: list[str] = Field(description="What can be decided.")
    correctable_inputs: list[str] = Field(description="What a retry may correct.")
    decision: DecisionShape | None = Field(description="What was decided last, if anything.")

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """From a row with these columns, and what else is to be shown."""
        made = {
            "reason": StuckReasonShape.of(row),
            "decision": DecisionShape.of_json(row.decision),
            **more,
        }
        told = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        return cls(**told, **made)


class StuckPage(ResponseModel):
    """A page of what is stuck."""

    items: list[StuckShape]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class GroupShape(ResponseModel):
    """What is stuck for one reason at one target."""

    target: str | None
    reason: str
    kind: str
    count: int
    undecided: int = Field(description="How many of them nobody has decided about.")
    oldest: datetime = Field(description="Since when the oldest is stuck.")

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row that counts."""
        return cls(
            target=row.target,
            reason=row.code,
            kind=row.kind,
            count=row.count,
            undecided=row.undecided,
            oldest=row.oldest,
        )


class Groups(ResponseModel):
    """All that is stuck, counted; the most first."""

    items: list[GroupShape]


class StepShape(ResponseModel):
    """One step of a process."""

    id: UUID
    action: str
    target: str
    state: str
    decision_no: int = Field(
        description="Number of the decision to carry it out, from 1; part of its idempotency key."
    )
    attempts: int = Field(description="How often it was handed over to its target.")
    waits_for: str | None = Field(description="`order` or `target`, while it waits.")
    resource: str | None
    created_at: datetime
    ended_at: datetime | None


class WaitingShape(ResponseModel):
    """A step of another process that waits behind this one."""

    id: UUID
    process: str
    process_id: UUID
    account_id: UUID | None
    action: str
    created_at: datetime


class StuckEvent(ResponseModel):
    """One line of its history."""

    at: datetime
    kind: str
    actor: Actor
    reason: Reason | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class StuckStory(StuckShape):
    """Something that is or was stuck, and all that belongs to it."""

    workflow_id: str | None
    closed_at: datetime | None
    resolution: str | None
    steps: list[StepShape] = Field(description="Of its process, in the order they began.")
    blocked_steps: list[WaitingShape] = Field(
        description="The first 100 of those that wait behind it on the same resource."
    )
    blocked_count: int = Field(
        description="How many wait behind it or, where a target is paused, for it."
    )
    events: list[StuckEvent] = Field(description="The newest 200, oldest first.")
    earlier_events: int = Field(description="How many there were before those.")
