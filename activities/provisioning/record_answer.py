"""Records what targets answered: in the step, in its target and in the list of what is stuck."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from activities.provisioning.effect import Effect, Outcome, OutcomeKind
from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import WaitsFor
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import (
    UNKNOWN,
    Accepted,
    Answer,
    Decision,
    Done,
    InDoubt,
    NotDone,
    Refused,
    Step,
    StepRules,
    StepState,
    StepWait,
    step_id,
)
from domain.provisioning.targets import Target, TargetState
from storage.database import Session
from storage.ops import stuck_items
from storage.ops.stuck_items import Standstill
from storage.provisioning import step_queries, steps, targets
from storage.provisioning.step_rows import FoundStep, UnsettledStep
from storage.requests import operations

_ASK_AT_FIRST = timedelta(seconds=0.2)
_ASK_AT_LEAST = timedelta(seconds=30)
"""Bounds of the time between two questions about a step that its target has accepted."""
_UNWOKEN = timedelta(minutes=10)
"""After this a waiting step is tried again though nobody woke its process."""


def spread(after: timedelta) -> timedelta:
    """Vary a delay by a fifth, so that those who wait do not all come at once."""
    return after * random.uniform(0.8, 1.2)  # noqa: S311 # not a secret


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


_KINDS = {
    StepState.DONE: OutcomeKind.DONE,
    StepState.UNDONE: OutcomeKind.DONE,
    StepState.SKIPPED: OutcomeKind.SKIPPED,
    StepState.DROPPED: OutcomeKind.SKIPPED,
    StepState.REFUSED: OutcomeKind.REFUSED,
    StepState.ABORTING: OutcomeKind.ABORTED,
    StepState.GIVEN_UP: OutcomeKind.ABORTED,
}


def settled(state: StepState, resolution: Resolution | None) -> Outcome:
    """Outcome of a step that is already settled or aborted."""
    if resolution is Resolution.ABORTED:
        return Outcome(kind=OutcomeKind.ABORTED)
    return Outcome(kind=_KINDS[state])


def wait(session: Session, found: FoundStep, waits_for: StepWait) -> Outcome:
    """Record that the step waits for its turn, or for its target."""
    steps.mark_waiting(session, found.id, waits_for)
    if not found.is_undecided:  # an undecided stuck step waits for a decision in the first place
        what = found.target if waits_for is StepWait.TARGET else waits_for
        operations.running(session, found.process_id, WaitsFor(what))
    again = found.turn_in + timedelta(seconds=0.05) if found.is_early else spread(_UNWOKEN)
    return Outcome(kind=OutcomeKind.WAITING, check_after=again)


class AnswerRecorder:
    """Records each answer in the caller's transaction."""

    def __init__(self, rules: StepRules) -> None:
        self._rules = rules

    def record(
        self, session: Session, attempt: Attempt, answer: Answer | NotDone
    ) -> Outcome | None:
        """Record an answer; returns the outcome. None: Temporal is to retry after its back-off."""
        match answer:
            case Done(receipt=receipt):
                return self._done(session, attempt, answer, receipt)
            case Accepted():
                return self._accepted(session, attempt, answer)
            case Refused():
                return self._refused(session, attempt, answer)
        return self._not_done(session, attempt, answer)

    def _done(
        self, session: Session, attempt: Attempt, answer: Answer, receipt: dict[str, Any]
    ) -> Outcome:
        step = attempt.step
        if not steps.settle(session, step.id, StepState.DONE, receipt):
            return _settled_meanwhile(session, step)
        if step.undoes is not None:
            steps.mark_undone(session, step_id(step.process_id, step.undoes))
        attempt.effect.settle(session, step, answer)
        _target_answered(session, attempt.found)
        return self.close(session, attempt, Resolution.HEALED, OutcomeKind.DONE)

    def close(
        self, session: Session, attempt: Attempt, resolution: Resolution, kind: OutcomeKind
    ) -> Outcome:
        """Close the stuck item of a settled step; returns the outcome.

        If an operator has decided to abort meanwhile, the step is undone all the same.
        """
        # Whatever this attempt found: another one may have listed the step since.
        closed = stuck_items.close(session, attempt.step.id, resolution, attempt.actor)
        if closed is None or closed.pending_decision is not Decision.ABORT:
            return Outcome(kind=kind)
        steps.mark_aborting(session, attempt.step.id)
        return Outcome(kind=OutcomeKind.ABORTED)

    def _accepted(self, session: Session, attempt: Attempt, answer: Answer) -> Outcome:
        # A stuck step that is accepted now gets its time: the next question should find it done.
        is_news = attempt.found.state is not StepState.ACCEPTED
        anew = is_news and attempt.found.is_listed
        now = steps.record_unsettled(session, attempt.step.id, StepState.ACCEPTED, anew=anew)
        if now is None:
            return _settled_meanwhile(session, attempt.step)
        attempt.effect.settle(session, attempt.step, answer)
        _target_answered(session, attempt.found)
        if is_news or now.troubled_for < self._rules.stuck_after:
            soon = min(max(now.troubled_for, _ASK_AT_FIRST), _ASK_AT_LEAST)
            return Outcome(kind=OutcomeKind.WAITING, check_after=spread(soon))
        why = Standstill(StuckKind.TROUBLE, StuckReason.NOT_COMPLETED)
        return self._list(session, attempt, now, why)

    def _refused(self, session: Session, attempt: Attempt, answer: Refused) -> Outcome:
        step = attempt.step
        _target_answered(session, attempt.found)
        if step.refusal_ends:
            if not steps.settle(session, step.id, StepState.REFUSED):
                return _settled_meanwhile(session, step)
            attempt.effect.settle(session, step, answer)
            return self.close(session, attempt, Resolution.ENDED, OutcomeKind.REFUSED)
        now = steps.record_unsettled(session, step.id, StepState.REFUSED)
        if now is None:
            return _settled_meanwhile(session, step)
        attempt.effect.settle(session, step, answer)
        why = Standstill(StuckKind.REFUSED, answer.code, answer.detail)
        return self._list(session, attempt, now, why)

    def _not_done(self, session: Session, attempt: Attempt, answer: NotDone) -> Outcome | None:
        """Record trouble or doubt. A question that failed leaves the step in doubt."""
        step = attempt.step
        in_doubt = isinstance(answer, InDoubt) or attempt.action is NextAction.ASK
        state, kind = _doubt_or_trouble(in_doubt)
        now = steps.record_unsettled(session, step.id, state)
        if now is None:
            return _settled_meanwhile(session, step)
        attempt.effect.settle(session, step, answer)
        return self._failed(session, attempt, now, Standstill(kind, answer.code, answer.detail))

    def record_crash(self, session: Session, attempt: Attempt) -> Outcome | None:
        """Record that our own code failed. A step whose outcome was unknown stays in doubt."""
        state, kind = _doubt_or_trouble(attempt.found.state in UNKNOWN)
        now = steps.record_unsettled(session, attempt.step.id, state)
        if now is None:
            return _settled_meanwhile(session, attempt.step)
        why = Standstill(kind, StuckReason.ENGINE_ERROR)
        return self._failed(session, attempt, now, why)

    def _failed(
        self, session: Session, attempt: Attempt, now: UnsettledStep, why: Standstill
    ) -> Outcome | None:
        effect = attempt.effect
        is_paused = self._target_failed(session, effect.target, why)
        if why.kind is StuckKind.DOUBT and not effect.can_be_asked:
            return self._list(session, attempt, now, why)
        if stuck_items.is_listed(session, attempt.step.id):
            return self._list(session, attempt, now, why)
        if is_paused:
            return wait(session, attempt.found, StepWait.TARGET)
        if now.troubled_for < self._rules.stuck_after:
            return None
        return self._list(session, attempt, now, why)

    def _target_failed(self, session: Session, target: Target, why: Standstill) -> bool:
        """Count a failure of the target; returns whether it is paused now. Not for our errors."""
        if why.code is StuckReason.ENGINE_ERROR:
            targets.return_probe(session, target)
            return False
        return targets.record_failure(session, target, self._rules)

    def _list(
        self, session: Session, attempt: Attempt, now: UnsettledStep, why: Standstill
    ) -> Outcome:
        stuck_items.open_(session, attempt.step, now.failures, why)
        tries_on = why.kind is StuckKind.TROUBLE or (
            why.kind is StuckKind.DOUBT and attempt.effect.can_be_asked
        )
        again = spread(self._rules.slow_retry) if tries_on else None
        return Outcome(kind=OutcomeKind.STUCK, check_after=again)


def _settled_meanwhile(session: Session, step: Step) -> Outcome:
    """Outcome of a step that another worker settled, or an operator aborted, during the attempt."""
    return settled(*step_queries.settled(session, step.id))


def _doubt_or_trouble(in_doubt: bool) -> tuple[StepState, StuckKind]:  # private
    if in_doubt:
        return StepState.DOUBT, StuckKind.DOUBT
    return StepState.TROUBLE, StuckKind.TROUBLE


def _target_answered(session: Session, found: FoundStep) -> None:
    if found.target_failures or found.target_state is not TargetState.AVAILABLE:
        targets.record_answer(session, found.target)
