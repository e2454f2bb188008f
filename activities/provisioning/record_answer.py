"""What targets answered, written down: the step, its target, and the list of what is stuck."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from activities.provisioning.effect import Attempt, Kind, Outcome
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.steps import (
    UNKNOWN,
    Accepted,
    Answer,
    Decision,
    Done,
    InDoubt,
    Move,
    NotDone,
    Refused,
    StepRules,
    StepState,
    step_id,
)
from domain.provisioning.targets import Target, TargetState
from storage.database import Session
from storage.ops import stuck_items
from storage.ops.stuck_items import Standstill
from storage.provisioning import steps, targets
from storage.requests import operations

_SOON = timedelta(seconds=0.2)
_SLOW = timedelta(seconds=30)
_LONG = timedelta(minutes=10)
"""Until what waits looks by itself, though nobody woke it."""


def spread(after: timedelta) -> timedelta:
    """A little more or less of it, so that those who wait do not come all at once."""
    return after * random.uniform(0.8, 1.2)  # noqa: S311 # not a secret


_OVER = {
    StepState.DONE: Kind.DONE,
    StepState.UNDONE: Kind.DONE,
    StepState.SKIPPED: Kind.SKIPPED,
    StepState.DROPPED: Kind.SKIPPED,
    StepState.REFUSED: Kind.REFUSED,
    StepState.ABORTING: Kind.ABORTED,
    StepState.GIVEN_UP: Kind.ABORTED,
}


def over(row: Row[Any]) -> Outcome:
    """How a step is with which nothing more happens."""
    aborted = row.resolution == Resolution.ABORTED
    return Outcome(kind=Kind.ABORTED if aborted else _OVER[StepState(row.state)])


def wait(session: Session, row: Row[Any], waits_for: str) -> Outcome:
    """It waits for its turn, or for its target; its place in a resumption is kept."""
    steps.waiting(session, row.id, waits_for)
    if row.stuck_state != "stuck":  # then it waits for operations in the first place
        what = row.target if waits_for == "target" else waits_for
        operations.running(session, row.process_id, what)
    look_again = row.go_in + timedelta(seconds=0.05) if row.too_early else spread(_LONG)
    return Outcome(kind=Kind.WAITING, look_again=look_again)


class Answers:
    """Each answer in one transaction, which is the caller's."""

    def __init__(self, rules: StepRules) -> None:
        self._rules = rules

    def write_down(
        self, session: Session, attempt: Attempt, answer: Answer | NotDone
    ) -> Outcome | None:
        """What its process hears; None: Temporal is to try again after its back-off."""
        match answer:
            case Done(receipt=receipt):
                return self._done(session, attempt, answer, receipt)
            case Accepted():
                return self._accepted(session, attempt, answer)
            case Refused():
                return self._refused(session, attempt, answer)
        return self._troubled(session, attempt, answer)

    def _done(
        self, session: Session, attempt: Attempt, answer: Answer, receipt: dict[str, Any]
    ) -> Outcome:
        step = attempt.step
        if not steps.settle(session, step.id, StepState.DONE, receipt):
            return over(steps.ended(session, step.id))  # another was quicker, or it is aborted
        if step.undoes is not None:
            steps.undone(session, step_id(step.process_id, step.undoes))
        attempt.effect.settle(session, step, answer)
        self._target_answers(session, attempt.row)
        return self.closed(session, attempt, Resolution.HEALED, Kind.DONE)

    def closed(
        self, session: Session, attempt: Attempt, resolution: Resolution, kind: Kind
    ) -> Outcome:
        """It is settled, and so not stuck; it is undone where somebody decided so meanwhile."""
        # Not only what this attempt found listed: another may have listed it since.
        row = stuck_items.close(session, attempt.step.id, resolution, attempt.actor)
        if row is None or row.was != "decided" or row.decision["decision"] != Decision.ABORT:
            return Outcome(kind=kind)
        steps.aborting(session, attempt.step.id)
        return Outcome(kind=Kind.ABORTED)

    def _accepted(self, session: Session, attempt: Attempt, answer: Answer) -> Outcome:
        # What was stuck and is taken on now gets its time: the next look should see it healed.
        fresh = attempt.row.state != StepState.ACCEPTED
        anew = fresh and attempt.is_listed
        row = steps.unsettled(session, attempt.step.id, StepState.ACCEPTED, anew=anew)
        if row is None:
            return over(steps.ended(session, attempt.step.id))
        attempt.effect.settle(session, attempt.step, answer)
        self._target_answers(session, attempt.row)
        if fresh or row.troubled < self._rules.stuck_after:
            soon = min(max(row.troubled, _SOON), _SLOW)
            return Outcome(kind=Kind.WAITING, look_again=spread(soon))
        why = Standstill(StuckKind.TROUBLE, StuckReason.NOT_COMPLETED)
        return self._stuck(session, attempt, row, why)

    def _refused(self, session: Session, attempt: Attempt, answer: Refused) -> Outcome:
        step = attempt.step
        self._target_answers(session, attempt.row)
        if step.refusal_ends:
            if not steps.settle(session, step.id, StepState.REFUSED):
                return over(steps.ended(session, step.id))
            attempt.effect.settle(session, step, answer)
            return self.closed(session, attempt, Resolution.ENDED, Kind.REFUSED)
        row = steps.unsettled(session, step.id, StepState.REFUSED)
        if row is None:
            return over(steps.ended(session, step.id))
        attempt.effect.settle(session, step, answer)
        return self._stuck(
            session, attempt, row, Standstill(StuckKind.REFUSED, answer.code, answer.detail)
        )

    def _troubled(self, session: Session, attempt: Attempt, answer: NotDone) -> Outcome | None:
        """Trouble, or doubt. A failed question changes nothing of what is not known."""
        step = attempt.step
        doubt = isinstance(answer, InDoubt) or attempt.move is Move.ASK
        state = StepState.DOUBT if doubt else StepState.TROUBLE
        row = steps.unsettled(session, step.id, state)
        if row is None:
            return over(steps.ended(session, step.id))
        attempt.effect.settle(session, step, answer)
        kind = StuckKind.DOUBT if doubt else StuckKind.TROUBLE
        return self._failed(session, attempt, row, Standstill(kind, answer.code, answer.detail))

    def broken(self, session: Session, attempt: Attempt) -> Outcome | None:
        """Our own code failed. What was not known before is not known still."""
        doubt = StepState(attempt.row.state) in UNKNOWN
        state = StepState.DOUBT if doubt else StepState.TROUBLE
        row = steps.unsettled(session, attempt.step.id, state)
        if row is None:
            return over(steps.ended(session, attempt.step.id))
        kind = StuckKind.DOUBT if doubt else StuckKind.TROUBLE
        return self._failed(session, attempt, row, Standstill(kind, StuckReason.ENGINE_ERROR))

    def _failed(
        self, session: Session, attempt: Attempt, row: Row[Any], why: Standstill
    ) -> Outcome | None:
        effect = attempt.effect
        paused = self._target_failed(session, effect.target, why)
        if why.kind is StuckKind.DOUBT and not effect.can_be_asked:
            return self._stuck(session, attempt, row, why)
        if stuck_items.is_listed(session, row.id):
            return self._stuck(session, attempt, row, why)
        if paused:
            return wait(session, attempt.row, "target")
        if row.troubled < self._rules.stuck_after:
            return None
        return self._stuck(session, attempt, row, why)

    def _target_failed(self, session: Session, target: Target, why: Standstill) -> bool:
        """Whether it is paused now. Our own errors say nothing about it."""
        if why.code is StuckReason.ENGINE_ERROR:
            targets.return_probe(session, target)
            return False
        return targets.record_failure(session, target, self._rules)

    def _stuck(self, session: Session, attempt: Attempt, row: Row[Any], why: Standstill) -> Outcome:
        stuck_items.open_(session, attempt.step, row, why)
        by_itself = why.kind is StuckKind.TROUBLE or (
            why.kind is StuckKind.DOUBT and attempt.effect.can_be_asked
        )
        again = spread(self._rules.slow_retry) if by_itself else None
        return Outcome(kind=Kind.STUCK, look_again=again)

    def _target_answers(self, session: Session, row: Row[Any]) -> None:
        if row.target_failures or row.target_state != TargetState.AVAILABLE:
            targets.record_answer(session, Target(row.target))
