"""Stuck items: steps, targets and processes that need a decision, and the decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from domain.audit import Actor
from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.steps import Decision
from domain.provisioning.stuck_steps import Cause

AnyDecision = Decision | Repair
"""A decision about a step, or a repair of a process."""


def decision_of(value: str) -> AnyDecision:
    """The decision with this name."""
    return Decision(value) if value in set(Decision) else Repair(value)


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision as its item keeps it."""

    decision: AnyDecision
    by: Actor
    correction: Mapping[str, str] = field(default_factory=dict)
    """Inputs to retry with, by name."""
    request: UUID | None = None
    """Id of the request that made it: the same request repeated changes nothing."""

    def as_json(self) -> dict[str, Any]:
        """The form in which decisions are stored."""
        return {
            "decision": self.decision,
            "by": self.by.as_json(),
            "correction": dict(self.correction),
            "request": str(self.request) if self.request else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], name: str | None = None) -> Self:
        """The reverse of ``as_json``; ``name``: of the one who made it."""
        request = value.get("request")
        return cls(
            decision=decision_of(value["decision"]),
            by=Actor.from_json(value["by"], name),
            correction=value.get("correction") or {},
            request=UUID(request) if request else None,
        )


@dataclass(frozen=True, slots=True)
class ProcessRef:
    """Process that an item is about, or that its step belongs to."""

    type: ProcessType
    id: UUID
    workflow_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckItem:
    """Something that needs a decision, or needed one: a step, a target or a process."""

    id: UUID
    """The step's; for a target or a process one made of its name or id."""
    version: int
    """Goes up whenever what can be decided changes: a decision names it."""
    kind: StuckKind
    state: StuckState
    process: ProcessType | None
    """None for a target."""
    process_id: UUID | None
    workflow_id: str | None
    account_id: UUID | None
    target: str | None
    action: str | None
    code: StuckReason
    detail: str
    """What the target answered."""
    question: Cause | None = None
    """Of a step in doubt: why the question about it was not answered."""
    can_ask: bool = False
    """Of a step: its target can be asked for the outcome of an earlier attempt."""
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    since: datetime
    """When it became stuck, this time."""
    allowed_decisions: tuple[AnyDecision, ...]
    correctable_inputs: tuple[str, ...]
    """Names of the inputs that a retry may correct."""
    decision: RecordedDecision | None
    """The last decision, if any."""
    note: str | None
    """What an operator wrote who decided about it, or paused it; None: nobody did, or erased."""
    closed_at: datetime | None
    resolution: Resolution | None

    @property
    def process_ref(self) -> ProcessRef:
        """The item's process. Raises ValueError for a target, which has none."""
        if self.process is None or self.process_id is None or self.workflow_id is None:
            raise ValueError(f"{self.id} is about no process")
        return ProcessRef(self.process, self.process_id, self.workflow_id)
