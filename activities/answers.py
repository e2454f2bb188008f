"""What targets answered, written down: the step, its target, and the list of what is stuck."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from access.steps import (
    Accepted,
    Answer,
    Done,
    InDoubt,
    Move,
    NotDone,
    Refused,
    StepRules,
    StepState,
    Target,
    step_id,
)
from access.stuck import StuckKind, StuckReason
from activities.effects import Attempt, Kind, Outcome
from storage import steps, stuck, targets
from storage.stuck import Standstill

_SOON = timedelta(seconds=0.2)
_SLOW = timedelta(seconds=30)
_LONG = timedelta(minutes=10)
"""Until what waits looks by itself, though nobody woke it."""


def spread(after: timedelta) -> timedelta:
    """A little more or less of it, so that those who wait do not come all at once."""
    return after * random.uniform(0.8, 1.2)  # noqa: S311 # not a secret


def wait(session: Session, row: Row[Any], waits_for: str) -> Outcome:
    """It waits for its turn, or for its target; its place in a resumption is kept."""
    steps.waiting(session, row.id, waits_for)
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
            return Outcome(kind=Kind.DONE)  # another attempt was quicker, or its process ended
        if step.undoes is not None:
            steps.undone(session, step_id(step.process_id, step.undoes))
        attempt.effect.settle(session, step, answer)
        self._target_answers(session, attempt.row)
        closed = (
            stuck.close(session, step.id, "healed", attempt.actor) if attempt.is_listed else None
        )
        aborted = closed is not None and closed.closed_how == "aborted"
        return Outcome(kind=Kind.ABORTED if aborted else Kind.DONE)

    def _accepted(self, session: Session, attempt: Attempt, answer: Answer) -> Outcome:
        row = steps.unsettled(session, attempt.step.id, StepState.ACCEPTED)
        if row is None:
            return Outcome(kind=Kind.DONE)
        attempt.effect.settle(session, attempt.step, answer)
        self._target_answers(session, attempt.row)
        if row.troubled < self._rules.stuck_after:
            soon = min(max(row.troubled, _SOON), _SLOW)
            return Outcome(kind=Kind.WAITING, look_again=spread(soon))
        why = Standstill(StuckKind.TROUBLE, StuckReason.NOT_COMPLETED)
        return self._stuck(session, attempt, row, why)

    def _refused(self, session: Session, attempt: Attempt, answer: Refused) -> Outcome:
        step = attempt.step
        self._target_answers(session, attempt.row)
        if step.refusal_ends:
            if steps.settle(session, step.id, StepState.REFUSED):
                attempt.effect.settle(session, step, answer)
                stuck.close(session, step.id, "ended", attempt.actor)
            return Outcome(kind=Kind.REFUSED)
        row = steps.unsettled(session, step.id, StepState.REFUSED)
        if row is None:
            return Outcome(kind=Kind.DONE)
        attempt.effect.settle(session, step, answer)
        return self._stuck(
            session, attempt, row, Standstill(StuckKind.REFUSED, answer.code, answer.detail)
        )

    def _troubled(self, session: Session, attempt: Attempt, answer: NotDone) -> Outcome | None:
        """Trouble, or doubt. A failed question changes nothing of what is not known."""
        effect, step = attempt.effect, attempt.step
        doubt = isinstance(answer, InDoubt) or attempt.move is Move.ASK
        state = StepState.DOUBT if doubt else StepState.TROUBLE
        row = steps.unsettled(session, step.id, state)
        if row is None:
            return Outcome(kind=Kind.DONE)
        effect.settle(session, step, answer)
        paused = targets.failed(session, effect.target, self._rules)
        kind = StuckKind.DOUBT if doubt else StuckKind.TROUBLE
        why = Standstill(kind, answer.code, answer.detail)
        if doubt and not effect.can_be_asked:
            return self._stuck(session, attempt, row, why)
        if not attempt.is_listed and paused:
            return wait(session, attempt.row, "target")
        if not attempt.is_listed and row.troubled < self._rules.stuck_after:
            return None
        return self._stuck(session, attempt, row, why)

    def _stuck(self, session: Session, attempt: Attempt, row: Row[Any], why: Standstill) -> Outcome:
        stuck.open_(session, attempt.step, row, why)
        by_itself = why.kind is StuckKind.TROUBLE or (
            why.kind is StuckKind.DOUBT and attempt.effect.can_be_asked
        )
        again = spread(self._rules.slow_retry) if by_itself else None
        return Outcome(kind=Kind.STUCK, look_again=again)

    def _target_answers(self, session: Session, row: Row[Any]) -> None:
        if row.target_failures or row.target_state != "open":
            targets.answered(session, Target(row.target))
