"""One attempt at a step, and its outcome where the target is not called."""

import random
from dataclasses import dataclass
from datetime import timedelta

from activities.provisioning.effect import Effect, Outcome, OutcomeKind
from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.processes import WaitsFor
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import Step, StepState, StepWait
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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a step: how it was found, and what is done about it."""

    step: Step
    effect: Effect
    found: FoundStep
    action: NextAction
    decision_no: int

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


def settled(state: StepState, resolution: Resolution | None) -> Outcome:
    """Outcome of a step that is already settled or aborted."""
    if resolution is Resolution.ABORTED:
        return Outcome(kind=OutcomeKind.ABORTED)
    return Outcome(kind=_KINDS[state])


def settled_meanwhile(session: Session, step: Step) -> Outcome:
    """Outcome of a step that another worker settled, or an operator aborted, during the attempt."""
    return settled(*step_queries.settled(session, step.id))


def wait(session: Session, found: FoundStep, waits_for: StepWait) -> Outcome:
    """Record that the step waits for its turn, or for its target."""
    steps.mark_waiting(session, found.id, waits_for)
    if not found.is_undecided:  # an undecided stuck step waits for a decision in the first place
        what = found.target.kind if waits_for is StepWait.TARGET else waits_for
        operations.running(session, found.process_id, WaitsFor(what))
    again = found.turn_in + timedelta(seconds=0.05) if found.is_early else spread(_UNWOKEN)
    return Outcome(kind=OutcomeKind.WAITING, check_after=again)
