"""One attempt at a step, and its outcome where the target is not called."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from activities.provisioning.effect import Effect, Outcome, OutcomeKind
from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.processes import WaitsFor
from domain.provisioning.attempts import Seen
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import Step, StepState, StepWait
from domain.provisioning.undoing import UndoReason
from storage.database import Session
from storage.provisioning import step_queries, steps
from storage.provisioning.step_rows import FoundStep
from storage.requests import operations

_UNWOKEN = timedelta(minutes=10)
"""A waiting step is tried again after this time even without a wake-up."""
_KINDS = {
    StepState.DONE: OutcomeKind.DONE,
    StepState.UNDONE: OutcomeKind.DONE,
    StepState.SKIPPED: OutcomeKind.SKIPPED,
    StepState.DROPPED: OutcomeKind.SKIPPED,
    StepState.REFUSED: OutcomeKind.REFUSED,
    StepState.ABORTING: OutcomeKind.ABORTED,
    StepState.GIVEN_UP: OutcomeKind.ABORTED,
}


MarkProcess = Callable[[Session, Step, WaitsFor], None]
"""Marks the row that the step's process is about: it runs, and waits for this.

In the transaction that records the step: an order that is stuck is ``held`` at once.
"""


def mark_operation(session: Session, step: Step, waits_for: WaitsFor) -> None:
    """Mark the operation, or only the process, as waiting for this."""
    operations.running(session, step.process_id, waits_for)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a step: how it was found, and what is done about it."""

    step: Step
    effect: Effect
    found: FoundStep
    action: NextAction
    decision_no: int
    correction: Mapping[str, str]
    """Inputs of the step that operators corrected, by name."""
    version: int
    """Of the step's row: as it was found, then as it was marked."""
    mark_process: MarkProcess = mark_operation
    is_left: bool = True
    """There is still something to do: if the target never received it, it is sent."""

    @property
    def seen(self) -> Seen:
        """What the effect is told when it prepares."""
        return Seen(self.correction, self.found.is_overtaken)

    @property
    def must_undo(self) -> bool:
        """Return whether the step's item is to be undone: nothing of it is sent any more."""
        return self.found.undo_reason is not None

    @property
    def key(self) -> str:
        """Idempotency key of this attempt."""
        return self.step.key(self.decision_no)

    @property
    def actor(self) -> Actor:
        """Actor of the attempt's events."""
        return Actor(ActorKind.ENGINE, self.step.process)


def spread(after: timedelta) -> timedelta:
    """Vary a delay by a fifth, so that waiting steps do not all continue at once."""
    return after * random.uniform(0.8, 1.2)  # noqa: S311 # not a secret


def aborted(reason: UndoReason | None) -> Outcome:
    """Outcome of a step that is carried out no more."""
    return Outcome(kind=OutcomeKind.ABORTED, undo_reason=reason or UndoReason.ABORTED)


def settled(
    state: StepState, resolution: Resolution | None, undo_reason: UndoReason | None
) -> Outcome:
    """Outcome of a step that is already settled or aborted."""
    kind = _KINDS[state]
    if undo_reason or resolution is Resolution.ABORTED or kind is OutcomeKind.ABORTED:
        return aborted(undo_reason)
    return Outcome(kind=kind)


def settled_meanwhile(session: Session, step: Step) -> Outcome:
    """Outcome of a step that another worker settled, or an operator aborted, during the attempt."""
    return settled(*step_queries.settled(session, step.id))


def wait(session: Session, attempt: Attempt, waits_for: StepWait) -> Outcome:
    """Record that the step waits for its turn, or for its target."""
    found = attempt.found
    steps.mark_waiting(session, found.id, waits_for)
    if not found.is_undecided:  # an undecided stuck step waits for a decision in the first place
        what = found.target.kind if waits_for is StepWait.TARGET else waits_for
        attempt.mark_process(session, attempt.step, WaitsFor(what))
    again = found.turn_in + timedelta(seconds=0.05) if found.is_early else spread(_UNWOKEN)
    return Outcome(kind=OutcomeKind.WAITING, check_after=again)
