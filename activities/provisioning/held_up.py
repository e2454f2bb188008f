"""Applies operators' decisions about a step, and ends an attempt that must not continue."""

from activities.provisioning.attempt import Attempt, settled
from activities.provisioning.effect import Outcome, OutcomeKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import Decision, InDoubt, StepState
from domain.provisioning.stuck_steps import StepFailure, is_answer_lost
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning import steps
from storage.provisioning.step_rows import FoundStep


def take_up_retry(session: Session, found: FoundStep, action: NextAction) -> int:
    """Apply a decision to retry, if there is one; returns the ``decision_no`` to carry out."""
    pending = found.decision
    acts = action in {NextAction.SEND, NextAction.ASK, NextAction.WAIT}
    if pending is None or pending.decision is not Decision.RETRY or not acts:
        return found.decision_no
    number = steps.apply_retry(session, found.id, pending.correction)
    stuck_items.retrying(session, found.id)
    return number


def held_up(session: Session, attempt: Attempt) -> Outcome | None:
    """Outcome of a step that is not to be sent or asked about now; None: it is, or it waits."""
    step, found = attempt.step, attempt.found
    match attempt.action:
        case NextAction.NOTHING:
            return settled(found.state, found.resolution)
        case NextAction.ABORT:
            steps.mark_aborting(session, step.id)
            stuck_items.close(session, step.id, Resolution.ABORTED, attempt.actor)
            return Outcome(kind=OutcomeKind.ABORTED)
        case NextAction.SKIP:
            steps.settle(session, step.id, StepState.SKIPPED)
            stuck_items.close(session, step.id, Resolution.SKIPPED, attempt.actor)
            return Outcome(kind=OutcomeKind.SKIPPED)
        case NextAction.STAY_STUCK:
            if is_answer_lost(found.state, is_listed=found.is_listed):
                _list_lost_answer(session, attempt)
            return Outcome(kind=OutcomeKind.STUCK)
    return None


def _list_lost_answer(session: Session, attempt: Attempt) -> None:
    step = attempt.step
    lost = InDoubt(StuckReason.ANSWER_LOST)
    now = steps.record_unsettled(session, step.id, StepState.DOUBT)
    attempt.effect.settle(session, step, lost)
    if now is not None:
        failure = StepFailure(StuckKind.DOUBT, lost.code)
        stuck_items.open_(session, step, now.attempts, failure)
