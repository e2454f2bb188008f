"""One attempt at a step, and its outcome where the target is not called."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from activities.provisioning.effect import Effect, Outcome, OutcomeKind
from domain.audit import Actor, ActorKind
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
    StepState.UNDONE: OutcomeKind.ABORTED,
    StepState.SKIPPED: OutcomeKind.SKIPPED,
    StepState.DROPPED: OutcomeKind.SKIPPED,
    StepState.REFUSED: OutcomeKind.REFUSED,
    StepState.ABORTING: OutcomeKind.ABORTED,
    StepState.GIVEN_UP: OutcomeKind.ABORTED,
}


MarkProcess = Callable[[Session, Step, WaitsFor], None]
"""Marks the rows that the step's process is about: it runs, and the step waits for this.

Called in the transaction that records the step, so that the two cannot disagree: with OPERATIONS
where the step is listed as stuck, with ORDER or its target where it waits, and with its target
where it goes on after it was listed. Repeating changes nothing.
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

    @property
    def seen(self) -> Seen:
        """What the effect is told when it prepares."""
        return Seen(self.correction, self.found.is_overtaken)

    def goes_on(self, session: Session) -> None:
        """Mark the process: a step that was listed as stuck is not, or is tried as decided."""
        self.mark_process(session, self.step, WaitsFor(self.found.target.kind))

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


def settled(state: StepState, undo_reason: UndoReason | None) -> Outcome:
    """Outcome of a step that is already settled or aborted.

    Where a done one is to be undone, its process goes on to the next, which may be in doubt: what
    became of each is found out before anything is undone.
    """
    kind = _KINDS[state]
    return aborted(undo_reason) if kind is OutcomeKind.ABORTED else Outcome(kind=kind)


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
