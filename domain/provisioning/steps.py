"""Steps: one effect on one outside system each, its outcome, and the allowed decisions.

A process author states a ``Step`` and an effect (activities/provisioning/effect.py); the engine
orders, sends, asks, lists as stuck and undoes. A step is identified by process and action, so its
idempotency key survives a retry, a reset and a restart. An unknown outcome is *in doubt*: the
target is asked about it before anything is repeated.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from domain.ops.stuck_reasons import StuckReason


class Decision(StrEnum):
    """A decision of an operator about a stuck step."""

    RETRY = "retry"
    SKIP = "skip"
    ABORT = "abort"
    """End the whole process, and undo what it did."""
    FAIL = "fail"
    """End the step's item only, and undo what the item did; other items go on."""


class StepState(StrEnum):
    """State of a step."""

    ASKED = "asked"
    """It has its place in the order, and was never sent."""
    SENDING = "sending"
    """A worker is sending it. If that worker has died, the outcome is unknown."""
    ACCEPTED = "accepted"
    """The target is working on it."""
    TROUBLE = "trouble"
    """It certainly did not happen; it is tried again."""
    DOUBT = "doubt"
    """It may have happened."""
    REFUSED = "refused"
    """The target refused it for good."""
    ABORTING = "aborting"
    """Its item is to be undone (``UndoReason``), and the step may have happened: it is undone."""
    GIVEN_UP = "given_up"
    """Its item is to be undone, and the step certainly did not happen."""
    DONE = "done"
    SKIPPED = "skipped"
    UNDONE = "undone"
    DROPPED = "dropped"
    """Its process ended without it."""


class Stage(StrEnum):
    """Where a step stands to the point of no return of its item."""

    REVERSIBLE = "reversible"
    """Before it: the step is undone where its item is aborted, cancelled or failed."""
    PIVOT = "pivot"
    """Once this step is done, the item cannot be cancelled, and nothing of it is undone."""
    FINAL = "final"
    """After it: the step is only carried out."""


class StepWait(StrEnum):
    """Things that a step waits for."""

    ORDER = "order"
    """An earlier step of another process on the same resource."""
    TARGET = "target"
    """A paused target."""


SETTLED = frozenset({StepState.DONE, StepState.SKIPPED, StepState.UNDONE, StepState.DROPPED})
"""Final states. A refusal is final too where ``Step.refusal_ends``."""
ABORTED = frozenset({StepState.ABORTING, StepState.GIVEN_UP})
UNKNOWN = frozenset({StepState.SENDING, StepState.ACCEPTED, StepState.DOUBT})
"""The step may have happened, or may still happen: ask the target before repeating it."""


# Without the pivot the point of no return is not passed; past it nothing is undone.
_NEVER = {
    Stage.PIVOT: frozenset({Decision.SKIP}),
    Stage.FINAL: frozenset({Decision.ABORT, Decision.FAIL}),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One effect on one outside system. Holds ids only: it travels through Temporal."""

    process: str
    """Type of its process."""
    process_id: UUID
    action: str
    """Identifies the step within its process."""
    account_id: UUID | None = None
    destination: str | None = None
    """Name of its target; None: the only one of its kind."""
    item: str = ""
    """The part of the process that it belongs to: one item can fail while others go on."""
    resource: str | None = None
    """Like ``service/<id>``. Processes take turns on a resource, in the order in which they took
    their places; each keeps its place until it is over, or its item past the point of no return.
    None: in no order."""
    urgent: bool = False
    """Overtakes what is stuck or not yet sent on the resource."""
    ahead_of_urgent: bool = False
    """It is urgent, and overtakes urgent ones as well: a loss waits for no bar that is stuck."""
    stage: Stage = Stage.REVERSIBLE
    can_undo: bool = False
    """Its process has a step that undoes it: carried out where its item is to be undone."""
    allowed_decisions: tuple[Decision, ...] = (Decision.RETRY, Decision.ABORT)
    """Decisions allowed while it is stuck."""
    correctable_inputs: tuple[str, ...] = ()
    """Names of the inputs that a retry may correct."""
    refusal_ends: bool = False
    """A refusal settles the step and the process continues without a decision."""
    refusal_fails: bool = False
    """A refusal fails the step's item, as FAIL does, without a decision."""
    patience: timedelta | None = None
    """Unfinished that long it is listed as stuck; None: ``StepRules.stuck_after``."""
    undoes: str | None = None
    """The action that it undoes: it takes that step's place in the order."""

    def __post_init__(self) -> None:
        wrong = _NEVER.get(self.stage, frozenset()) & set(self.allowed_decisions)
        if wrong:
            raise ValueError(f"not to be decided about a {self.stage} step: {sorted(wrong)}")
        if self.stage is Stage.PIVOT and self.refusal_ends:
            raise ValueError("without its pivot an item cannot go on")
        if self.ahead_of_urgent and not self.urgent:
            raise ValueError("what goes ahead of urgent steps is urgent")

    @property
    def urgency(self) -> int:
        """0, 1 or 2: on a resource, a step overtakes those of less urgency."""
        return self.urgent + self.ahead_of_urgent

    @property
    def id(self) -> UUID:
        """Id of the step's row: the same in every attempt and every run."""
        return step_id(self.process_id, self.action)

    @property
    def service_id(self) -> UUID | None:
        """The service that is its resource; None: that is something else, or nothing."""
        kind, _, id_ = (self.resource or "").partition("/")
        return UUID(id_) if kind == "service" else None

    def key(self, decision_no: int) -> str:
        """Idempotency key of the step for the ``decision_no``-th decision (from 1) to carry it out.

        A retry of a refused step is a new decision, and so gets a new key.
        """
        return f"{self.process}/{self.process_id}/{self.action}/{decision_no}"


def step_id(process_id: UUID, action: str) -> UUID:
    """Id of the step that does ``action`` in this process."""
    return uuid5(process_id, action)


@dataclass(frozen=True, slots=True)
class Done:
    """The target did it. ``receipt``: what proves or undoes it; it stays in the database."""

    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The target accepted it, and has not finished. It is asked about later.

    ``receipt``: what to ask by beside the key, such as the id of a session or a monitor.
    """

    receipt: dict[str, Any] = field(default_factory=dict)


Answer = Done | Accepted


class NotDone(Exception):
    """The step is not done. ``code`` is stable; ``detail`` is the target's own code, if any."""

    def __init__(self, code: StuckReason, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Refused(NotDone):
    """The target refused it for good: repeating it under the same key changes nothing."""


class Trouble(NotDone):
    """Certain failure: nothing happened, and the same key may be tried again."""


class InDoubt(NotDone):
    """Unknown outcome: the step was sent, its answer was lost, and it may have happened."""
