"""Records what targets answered: in the step, in its target and in the list of what is stuck."""

from typing import Any

from activities.provisioning.attempt import Attempt, settled_meanwhile, spread, wait
from activities.provisioning.effect import Outcome, OutcomeKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning import stuck_steps
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import (
    Accepted,
    Answer,
    Decision,
    Done,
    NotDone,
    Refused,
    StepRules,
    StepState,
    StepWait,
    step_id,
)
from domain.provisioning.stuck_steps import AfterFailure, FailedStep, StepFailure
from domain.provisioning.targets import Target, TargetState
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning import steps, targets
from storage.provisioning.step_rows import FoundStep, UnsettledStep


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
            return settled_meanwhile(session, step)
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
            return settled_meanwhile(session, attempt.step)
        attempt.effect.settle(session, attempt.step, answer)
        _target_answered(session, attempt.found)
        if is_news or not stuck_steps.is_overdue(now.troubled_for, self._rules):
            soon = stuck_steps.ask_again_in(now.troubled_for)
            return Outcome(kind=OutcomeKind.WAITING, check_after=spread(soon))
        failure = StepFailure(StuckKind.TROUBLE, StuckReason.NOT_COMPLETED)
        return self._list(session, attempt, now, failure)

    def _refused(self, session: Session, attempt: Attempt, answer: Refused) -> Outcome:
        step = attempt.step
        _target_answered(session, attempt.found)
        if step.refusal_ends:
            if not steps.settle(session, step.id, StepState.REFUSED):
                return settled_meanwhile(session, step)
            attempt.effect.settle(session, step, answer)
            return self.close(session, attempt, Resolution.ENDED, OutcomeKind.REFUSED)
        now = steps.record_unsettled(session, step.id, StepState.REFUSED)
        if now is None:
            return settled_meanwhile(session, step)
        attempt.effect.settle(session, step, answer)
        failure = StepFailure(StuckKind.REFUSED, answer.code, answer.detail)
        return self._list(session, attempt, now, failure)

    def _not_done(self, session: Session, attempt: Attempt, answer: NotDone) -> Outcome | None:
        """Record trouble or doubt."""
        step = attempt.step
        was_asked = attempt.action is NextAction.ASK
        state = stuck_steps.state_after_failure(answer, was_asked=was_asked)
        now = steps.record_unsettled(session, step.id, state)
        if now is None:
            return settled_meanwhile(session, step)
        attempt.effect.settle(session, step, answer)
        failure = StepFailure(stuck_steps.KINDS[state], answer.code, answer.detail)
        return self._failed(session, attempt, now, failure)

    def record_crash(self, session: Session, attempt: Attempt) -> Outcome | None:
        """Record that our own code failed."""
        state = stuck_steps.state_after_crash(attempt.found.state)
        now = steps.record_unsettled(session, attempt.step.id, state)
        if now is None:
            return settled_meanwhile(session, attempt.step)
        failure = StepFailure(stuck_steps.KINDS[state], StuckReason.ENGINE_ERROR)
        return self._failed(session, attempt, now, failure)

    def _failed(
        self, session: Session, attempt: Attempt, now: UnsettledStep, failure: StepFailure
    ) -> Outcome | None:
        failed = FailedStep(
            kind=failure.kind,
            failing_for=now.troubled_for,
            can_ask=attempt.effect.can_be_asked,
            is_target_paused=self._target_failed(session, attempt.found.target, failure),
            is_listed=stuck_items.is_listed(session, attempt.step.id),
        )
        match stuck_steps.after_failure(failed, self._rules):
            case AfterFailure.TRY_AGAIN:
                return None
            case AfterFailure.WAIT_FOR_TARGET:
                return wait(session, attempt.found, StepWait.TARGET)
        return self._list(session, attempt, now, failure)

    def _target_failed(self, session: Session, target: Target, failure: StepFailure) -> bool:
        """Count a failure of the target; returns whether it is paused now. Not for our errors."""
        if failure.code is StuckReason.ENGINE_ERROR:
            targets.return_probe(session, target)
            return False
        return targets.record_failure(session, target, self._rules)

    def _list(
        self, session: Session, attempt: Attempt, now: UnsettledStep, failure: StepFailure
    ) -> Outcome:
        stuck_items.open_(session, attempt.step, now.attempts, failure)
        tried_on = stuck_steps.is_tried_on(failure.kind, can_ask=attempt.effect.can_be_asked)
        again = spread(self._rules.slow_retry) if tried_on else None
        return Outcome(kind=OutcomeKind.STUCK, check_after=again)


def _target_answered(session: Session, found: FoundStep) -> None:
    if found.target_failures or found.target_state is not TargetState.AVAILABLE:
        targets.record_answer(session, found.target)
