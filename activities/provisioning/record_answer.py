"""Records what targets answered: in the step, in its target and in the list of what is stuck."""

from dataclasses import replace

from activities.provisioning import settle_step
from activities.provisioning.attempt import Attempt, aborted, settled_meanwhile, spread, wait
from activities.provisioning.call_target import TargetAnswer
from activities.provisioning.count_failures import count_answer, count_failure
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.held_up import RESOLUTIONS
from activities.provisioning.settle_step import close_item
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import WaitsFor
from domain.provisioning import stuck_steps
from domain.provisioning.attempts import NeverReceived
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Accepted, Done, NotDone, Refused, StepState, StepWait
from domain.provisioning.stuck_steps import AfterFailure, Cause, FailedStep, StepFailure
from domain.provisioning.undoing import UndoReason
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning import steps, undoing
from storage.provisioning.step_rows import UnsettledStep
from storage.provisioning.steps import Unsettled


class AnswerRecorder:
    """Records each answer in the caller's transaction."""

    def __init__(self, rules: StepRules) -> None:
        self._rules = rules

    def record(self, session: Session, attempt: Attempt, found: TargetAnswer) -> Outcome | None:
        """Record an answer; returns the outcome. None: the step is to be attempted again."""
        answer = found.answer
        match answer:
            case Done():
                return settle_step.done(session, attempt, answer)
            case Accepted():
                return self._accepted(session, attempt, answer)
            case NeverReceived():
                steps.mark_not_received(session, attempt.step.id, attempt.version)
                count_answer(session, attempt)
                return None
            case Refused():
                count_answer(session, attempt)
                return self.refused(session, attempt, answer)
        return self._not_done(session, attempt, answer, was_asked=found.was_asked)

    def _give_up(self, session: Session, attempt: Attempt, why: UndoReason) -> Outcome:
        undoing.give_up(session, attempt.step.id)
        if stuck_items.close(session, attempt.step.id, RESOLUTIONS[why], attempt.actor) is not None:
            attempt.goes_on(session)
        return aborted(why)

    def _accepted(self, session: Session, attempt: Attempt, answer: Accepted) -> Outcome:
        # A stuck step that is accepted now gets its time: the next question should find it done.
        is_news = attempt.found.state is not StepState.ACCEPTED
        how = Unsettled(
            StepState.ACCEPTED,
            receipt=answer.receipt or None,
            is_new=is_news and attempt.found.is_listed,
        )
        now = steps.record_unsettled(session, attempt.step.id, how)
        if now is None:
            return settled_meanwhile(session, attempt.step)
        attempt.effect.settle(session, attempt.step, answer)
        count_answer(session, attempt)
        patience = stuck_steps.patience_of(attempt.step, self._rules)
        if is_news or now.troubled_for < patience:
            soon = stuck_steps.ask_again_in(now.troubled_for)
            return Outcome(kind=OutcomeKind.WAITING, check_after=spread(soon))
        failure = StepFailure(StuckKind.TROUBLE, Cause(StuckReason.NOT_COMPLETED))
        return self._list(session, attempt, now, failure)

    def refused(self, session: Session, attempt: Attempt, answer: Refused) -> Outcome:
        """Record that the target refused the step, or that it cannot be carried out."""
        step = attempt.step
        if attempt.found.undo_reason is not None:
            return self._give_up(session, attempt, attempt.found.undo_reason)
        if step.refusal_ends:
            settled = steps.settle(session, step, StepState.REFUSED)
            if settled is None:
                return settled_meanwhile(session, step)
            attempt.effect.settle(session, step, answer)
            return close_item(session, attempt, settled, Resolution.ENDED, OutcomeKind.REFUSED)
        cause = Cause(answer.code, answer.detail)
        now = steps.record_unsettled(session, step.id, Unsettled(StepState.REFUSED, cause))
        if now is None:
            return settled_meanwhile(session, step)
        if step.refusal_fails:
            undoing.want(session, step.process_id, UndoReason.FAILED, [step.item])
        attempt.effect.settle(session, step, answer)
        if step.refusal_fails:
            return self._give_up(session, attempt, UndoReason.FAILED)
        return self._list(session, attempt, now, StepFailure(StuckKind.REFUSED, cause))

    def _not_done(
        self, session: Session, attempt: Attempt, answer: NotDone, *, was_asked: bool
    ) -> Outcome | None:
        """Record trouble or doubt. A question that met trouble leaves the doubt as it was."""
        step, cause = attempt.step, Cause(answer.code, answer.detail)
        how = Unsettled(
            stuck_steps.state_after_failure(answer, was_asked=was_asked),
            cause=None if was_asked else cause,
            question=cause if was_asked else None,
        )
        now = steps.record_unsettled(session, step.id, how)
        if now is None:
            return settled_meanwhile(session, step)
        attempt.effect.settle(session, step, answer)
        return self._failed(session, attempt, now, _failure(how.state, now), cause)

    def not_asked(self, session: Session, attempt: Attempt, ours: Cause) -> Outcome | None:
        """Record that the step was neither sent nor asked about, because of something of ours."""
        found = attempt.found
        was_in_doubt = found.state is StepState.DOUBT
        how = Unsettled(
            stuck_steps.state_after_crash(found.state),
            cause=None if was_in_doubt else ours,
            question=ours if was_in_doubt else None,
        )
        now = steps.record_unsettled(session, attempt.step.id, how)
        if now is None:
            return settled_meanwhile(session, attempt.step)
        return self._failed(session, attempt, now, _failure(how.state, now), None)

    def _failed(
        self,
        session: Session,
        attempt: Attempt,
        now: UnsettledStep,
        failure: StepFailure,
        met: Cause | None,
    ) -> Outcome | None:
        """``met``: what the target answered; None: it was not called."""
        failed = FailedStep(
            kind=failure.kind,
            failing_for=now.troubled_for,
            can_ask=attempt.effect.can_be_asked,
            is_target_paused=not count_failure(session, attempt, met, self._rules),
            is_listed=stuck_items.is_listed(session, attempt.step.id),
        )
        patience = stuck_steps.patience_of(attempt.step, self._rules)
        match stuck_steps.after_failure(failed, patience):
            case AfterFailure.TRY_AGAIN:
                return None
            case AfterFailure.WAIT_FOR_TARGET:
                return wait(session, attempt, StepWait.TARGET)
        return self._list(session, attempt, now, failure)

    def _list(
        self, session: Session, attempt: Attempt, now: UnsettledStep, failure: StepFailure
    ) -> Outcome:
        failure = replace(failure, can_ask=attempt.effect.can_be_asked)
        stuck_items.open_(session, attempt.step, now.attempts, failure)
        attempt.mark_process(session, attempt.step, WaitsFor.OPERATIONS)
        tried_on = stuck_steps.is_tried_on(failure.kind, can_ask=failure.can_ask)
        again = spread(self._rules.slow_retry) if tried_on else None
        return Outcome(kind=OutcomeKind.STUCK, check_after=again)


def _failure(state: StepState, now: UnsettledStep) -> StepFailure:
    cause = now.cause or Cause(StuckReason.ANSWER_LOST)
    return StepFailure(stuck_steps.KINDS[state], cause, now.question)
