"""Applies operators' decisions about a step, and ends an attempt that must not continue."""

from datetime import timedelta

from activities.provisioning.attempt import Attempt, aborted, settled
from activities.provisioning.effect import Outcome, OutcomeKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_items import AnyDecision
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import WaitsFor
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import UNKNOWN, Decision, InDoubt, Stage, Step, StepState
from domain.provisioning.stuck_steps import Cause, StepFailure, is_answer_lost
from domain.provisioning.undoing import UndoReason
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning import steps, undoing
from storage.provisioning.step_rows import FoundStep
from storage.provisioning.steps import Retry, Unsettled

_AT_ONCE = timedelta(seconds=0.05)
RESOLUTIONS = {
    UndoReason.ABORTED: Resolution.ABORTED,
    UndoReason.CANCELLED: Resolution.CANCELLED,
    UndoReason.FAILED: Resolution.FAILED,
}


def take_up_retry(session: Session, found: FoundStep, action: NextAction) -> Retry:
    """Apply a decision to retry, if there is one; returns what is carried out."""
    pending = found.decision
    acts = action in {NextAction.SEND, NextAction.ASK, NextAction.WAIT}
    if pending is None or pending.decision is not Decision.RETRY or not acts:
        return Retry(found.decision_no, found.correction)
    retry = steps.apply_retry(session, found.id, pending.correction)
    stuck_items.retrying(session, found.id)
    return retry


def held_up(session: Session, attempt: Attempt) -> Outcome | None:
    """Outcome of a step that is not to be sent or asked about now; None: it is, or it waits."""
    step, found = attempt.step, attempt.found
    match attempt.action:
        case NextAction.NOTHING:
            return settled(found.state, found.undo_reason)
        case NextAction.ABORT:
            return abort(session, attempt)
        case NextAction.SKIP:
            steps.settle(session, step, StepState.SKIPPED)
            stuck_items.close(session, step.id, Resolution.SKIPPED, attempt.actor)
            attempt.goes_on(session)
            return Outcome(kind=OutcomeKind.SKIPPED)
        case NextAction.STAY_STUCK:
            if is_answer_lost(found.state, is_listed=found.is_listed):
                _list_lost_answer(session, attempt)
            return Outcome(kind=OutcomeKind.STUCK)
    return None


def abort(session: Session, attempt: Attempt) -> Outcome:
    """Carry the step out no more: an operator decided so, or its item is to be undone."""
    step, found = attempt.step, attempt.found
    decided = found.decision.decision if found.decision else None
    if _may_be_past_return(attempt):
        outcome = _find_out_first(session, step, decided)
    elif decided in {Decision.ABORT, Decision.FAIL}:
        outcome = undo_as_decided(session, step, decided)
    else:
        undoing.mark_aborting(session, step.id)
        outcome = aborted(found.undo_reason)
    reason = outcome.undo_reason or UndoReason.ABORTED
    if stuck_items.close(session, step.id, RESOLUTIONS[reason], attempt.actor) is not None:
        attempt.goes_on(session)
    return outcome


def _may_be_past_return(attempt: Attempt) -> bool:
    """Return True for a pivot in doubt: nothing undoes it, and undoing the rest may be wrong."""
    is_unknown = attempt.found.state in UNKNOWN and attempt.effect.can_be_asked
    return attempt.step.stage is Stage.PIVOT and is_unknown


def _find_out_first(session: Session, step: Step, decided: AnyDecision | None) -> Outcome:
    """Undo the item, unless its pivot turns out to be done: as where it is cancelled."""
    reason = _want_as_decided(session, step, decided)
    return Outcome(kind=OutcomeKind.WAITING, undo_reason=reason, check_after=_AT_ONCE)


def undo_as_decided(session: Session, step: Step, decided: AnyDecision | None) -> Outcome:
    """Begin to undo the step's item, or all of its process, as an operator decided."""
    reason = _want_as_decided(session, step, decided)
    undoing.mark_aborting(session, step.id)
    return aborted(reason)


def _want_as_decided(session: Session, step: Step, decided: AnyDecision | None) -> UndoReason:
    reason = UndoReason.FAILED if decided is Decision.FAIL else UndoReason.ABORTED
    items = {step.item} if decided is Decision.FAIL else None
    undoing.want(session, step.process_id, reason, items)
    return reason


def _list_lost_answer(session: Session, attempt: Attempt) -> None:
    step, lost = attempt.step, InDoubt(StuckReason.ANSWER_LOST)
    was_sending = attempt.found.state is StepState.SENDING
    how = Unsettled(StepState.DOUBT, Cause(lost.code) if was_sending else None)
    now = steps.record_unsettled(session, step.id, how)
    attempt.effect.settle(session, step, lost)
    if now is not None:
        cause = now.cause or Cause(lost.code)
        failure = StepFailure(StuckKind.DOUBT, cause, can_ask=attempt.effect.can_be_asked)
        stuck_items.open_(session, step, now.attempts, failure)
        attempt.mark_process(session, step, WaitsFor.OPERATIONS)
