"""Carries out steps: the only way in which a process has an effect on an outside system.

A first transaction records that the effect is about to happen, a second one what became of it. So
whoever comes after a crash knows what is done, what is not, and what is unknown. Stuck items are
listed in the second transaction: the list cannot disagree with the step. Where our own code fails,
the second transaction is rolled back and a third one records the failure.
"""

import time

import structlog
from prometheus_client import Counter, Histogram
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.metrics import WAITS, seconds_late
from activities.provisioning.effect import Effect, Outcome, OutcomeKind
from activities.provisioning.record_answer import AnswerRecorder, Attempt, settled, wait
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.next_action import NextAction, StepSnapshot, next_action
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
)
from domain.provisioning.targets import TargetState
from storage.database import LOST, Database, Session
from storage.ops import stuck_items
from storage.ops.stuck_items import Standstill
from storage.provisioning import steps, targets
from storage.provisioning.step_rows import FoundStep

log = structlog.get_logger(__name__)

TROUBLE = "StepTrouble"
"""Type of the ApplicationError after which Temporal retries."""
# With the database away nothing can be recorded either.
_RETRIED_BY_TEMPORAL = (ApplicationError, *LOST)

ANSWERS = Counter("volitus_step_answers", "Answers of targets.", ["target", "answer"])
STARTED_AFTER = Histogram(
    "volitus_step_schedule_to_start_seconds",
    "From when a step was due to when a worker began it.",
    ["target"],
    buckets=WAITS,
)
TOOK = Histogram(
    "volitus_step_seconds", "How long a target took to answer.", ["target"], buckets=WAITS
)


class StepRunner:
    """Carries out steps. Safe to repeat and to run twice at once: the target does it once."""

    def __init__(self, database: Database, rules: StepRules) -> None:
        self._database = database
        self._rules = rules
        self._recorder = AnswerRecorder(rules)

    def carry_out(self, step: Step, effect: Effect) -> Outcome:
        """Make one attempt at the step, or find out what holds it up. Blocks; for an activity.

        Raises ApplicationError of type TROUBLE where Temporal is to retry after its back-off.
        """
        info = activity.info()
        STARTED_AFTER.labels(effect.target).observe(seconds_late(info))
        workflow_id = info.workflow_id or ""
        try:
            return self._attempt(step, effect, workflow_id)
        except _RETRIED_BY_TEMPORAL:
            raise
        except Exception:
            # Our own error, which must not be retried in silence for ever.
            log.exception("step_failed", action=step.action, target=effect.target)
            return self._crashed(step, effect, workflow_id)

    def _attempt(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        with self._database.transaction() as session:
            found = steps.lock(session, step, effect.target, workflow_id)
            action = self._action(session, found, effect)
            number = _decision_no(session, found, action)
            attempt = Attempt(step, effect, found, action, number)
            outcome = _held_up(session, attempt) or self._prepare(session, attempt)
        if outcome is not None:
            return outcome
        answer = _answer(attempt)
        ANSWERS.labels(effect.target, _label(answer)).inc()
        with self._database.transaction() as session:
            outcome = self._recorder.record(session, attempt, answer)
        if outcome is None:
            raise retry_later(answer.code if isinstance(answer, NotDone) else "")
        return outcome

    def _crashed(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        """Record a failure of our own code. It uses up a decision to retry, as any failure does."""
        with self._database.transaction() as session:
            found = steps.lock(session, step, effect.target, workflow_id)
            number = _decision_no(session, found, NextAction.SEND)
            attempt = Attempt(step, effect, found, NextAction.SEND, number)
            outcome = self._recorder.record_crash(session, attempt)
        if outcome is None:
            raise retry_later(StuckReason.ENGINE_ERROR)
        return outcome

    def _action(self, session: Session, found: FoundStep, effect: Effect) -> NextAction:
        snapshot = StepSnapshot(
            state=found.state,
            is_ended=found.is_ended,
            decision=found.decision.decision if found.decision else None,
            is_blocked=found.is_blocked,
            can_ask=effect.can_be_asked,
        )
        action = next_action(snapshot)
        if action in {NextAction.SEND, NextAction.ASK} and self._must_wait(session, found):
            return NextAction.WAIT
        return action

    def _must_wait(self, session: Session, found: FoundStep) -> bool:
        """Return True where the target takes no step now, or the step's turn has not come."""
        if found.is_early:
            return True
        if found.target_state is TargetState.AVAILABLE:
            return False
        return not (found.is_probe_due and targets.claim_probe(session, found.target, self._rules))

    def _prepare(self, session: Session, attempt: Attempt) -> Outcome | None:
        step, found = attempt.step, attempt.found
        if attempt.action is NextAction.WAIT:
            return wait(session, found, StepWait.ORDER if found.is_blocked else StepWait.TARGET)
        if not attempt.effect.prepare(session, step):
            steps.settle(session, step.id, StepState.DONE)
            targets.return_probe(session, attempt.effect.target)
            return self._recorder.close(session, attempt, Resolution.ENDED, OutcomeKind.DONE)
        steps.mark_sending(session, step.id)
        return None


def _held_up(session: Session, attempt: Attempt) -> Outcome | None:
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
            _list_lost_answer(session, attempt)
            return Outcome(kind=OutcomeKind.STUCK)
    return None


def _decision_no(session: Session, found: FoundStep, action: NextAction) -> int:
    """Number of the decision that is carried out. A pending decision to retry is taken up."""
    pending = found.decision
    acts = action in {NextAction.SEND, NextAction.ASK, NextAction.WAIT}
    if pending is None or pending.decision is not Decision.RETRY or not acts:
        return found.decision_no
    number = steps.apply_retry(session, found.id, pending.correction)
    stuck_items.retrying(session, found.id)
    return number


def _list_lost_answer(session: Session, attempt: Attempt) -> None:
    """List a step whose worker died while sending, where the target cannot be asked about it."""
    state = attempt.found.state
    if state is StepState.SENDING or (state in UNKNOWN and not attempt.found.is_listed):
        lost = InDoubt(StuckReason.ANSWER_LOST)
        now = steps.record_unsettled(session, attempt.step.id, StepState.DOUBT)
        attempt.effect.settle(session, attempt.step, lost)
        if now is not None:
            why = Standstill(StuckKind.DOUBT, lost.code)
            stuck_items.open_(session, attempt.step, now.failures, why)


def _answer(attempt: Attempt) -> Answer | NotDone:
    effect = attempt.effect
    begun = time.perf_counter()
    try:
        if attempt.action is NextAction.ASK and (known := effect.ask(attempt.key)) is not None:
            return known
        return effect.hand_over(attempt.key)
    except NotDone as error:
        return error
    except _RETRIED_BY_TEMPORAL:
        raise
    except Exception:
        # Our own error, and the outcome is unknown.
        log.exception("step_failed", action=attempt.step.action, target=effect.target)
        return InDoubt(StuckReason.ENGINE_ERROR)
    finally:
        TOOK.labels(effect.target).observe(time.perf_counter() - begun)


def retry_later(code: str) -> ApplicationError:
    """Error after which Temporal retries. Expected, so it is logged without a traceback."""
    return ApplicationError(code, type=TROUBLE, category=ApplicationErrorCategory.BENIGN)


def _label(answer: Answer | NotDone) -> str:
    match answer:
        case Done():
            return "done"
        case Accepted():
            return "accepted"
        case Refused():
            return "refused"
        case InDoubt():
            return "doubt"
    return "trouble"
