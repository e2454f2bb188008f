"""Carries out steps: the only way in which a process has an effect on an outside system.

A first transaction records that the effect is about to happen, a second one its outcome. So
whoever comes after a crash knows what is done, what is not, and what is unknown. Stuck items are
listed in the second transaction: the list cannot disagree with the step. Where our own code fails,
the second transaction is rolled back and a third one records the failure.
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from prometheus_client import Histogram
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.metrics import WAITS, seconds_late
from activities.provisioning.attempt import (
    Attempt,
    MarkProcess,
    mark_operation,
    settled_meanwhile,
    spread,
    wait,
)
from activities.provisioning.call_target import RETRIED_BY_TEMPORAL, TargetAnswer, call
from activities.provisioning.close_item import close_item
from activities.provisioning.effect import Effect, Outcome, OutcomeKind, TakenBack
from activities.provisioning.held_up import held_up, take_up_retry
from activities.provisioning.record_answer import AnswerRecorder
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.attempts import Prepared
from domain.provisioning.next_action import NextAction, StepSnapshot, next_action
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import (
    UNKNOWN,
    InDoubt,
    NotDone,
    Refused,
    Step,
    StepState,
    StepWait,
)
from domain.provisioning.target_pauses import Probing, is_let_through
from domain.provisioning.targets import Target, TargetState
from storage.database import Database, Session
from storage.provisioning import overtaking, step_order, steps, targets
from storage.provisioning.step_rows import FoundStep

log = structlog.get_logger(__name__)

TROUBLE = "StepTrouble"
"""Type of the ApplicationError after which Temporal retries."""
_TAKEN_BACK = timedelta(seconds=30)
"""After this a step whose request was taken back is tried again though nobody woke its process."""
STARTED_AFTER = Histogram(
    "volitus_step_schedule_to_start_seconds",
    "From when a step was due to when a worker began it.",
    ["target"],
    buckets=WAITS,
)


class StepRunner:
    """Carries out steps. Safe to repeat and to run twice at once: the target does it once."""

    def __init__(
        self, database: Database, rules: StepRules, mark_process: MarkProcess = mark_operation
    ) -> None:
        self._database = database
        self._rules = rules
        self._mark_process = mark_process
        self._recorder = AnswerRecorder(rules)

    def carry_out(self, step: Step, effect: Effect) -> Outcome:
        """Make one attempt at the step, or find out what holds it up. Blocks; for an activity.

        Raises ApplicationError of type TROUBLE where Temporal is to retry after its back-off.
        """
        info = activity.info()
        target = Target.of(effect.kind, step.destination)
        STARTED_AFTER.labels(target.name).observe(seconds_late(info))
        workflow_id = info.workflow_id or ""
        try:
            return self._attempt(step, effect, workflow_id)
        except RETRIED_BY_TEMPORAL:
            raise
        except TakenBack:
            return Outcome(kind=OutcomeKind.WAITING, check_after=spread(_TAKEN_BACK))
        except Refused as refused:
            return self._cannot_be_done(step, effect, workflow_id, refused)
        except Exception:
            # Our own error, which must not be retried in silence for ever.
            log.exception("step_failed", action=step.action, target=target.name)
            return self._crashed(step, effect, workflow_id)

    def _attempt(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        with self._database.transaction() as session:
            attempt = self._begin(session, step, effect, workflow_id)
            outcome = held_up(session, attempt)
            if outcome is None:
                attempt, outcome = self._prepare(session, attempt)
        if outcome is not None:
            return outcome
        found = call(attempt)
        with self._database.transaction() as session:
            outcome = self._recorder.record(session, attempt, found)
        if outcome is None:
            raise retry_later(found.answer.code if isinstance(found.answer, NotDone) else "")
        return outcome

    def _begin(
        self,
        session: Session,
        step: Step,
        effect: Effect,
        workflow_id: str,
        action: NextAction | None = None,
    ) -> Attempt:
        target = Target.of(effect.kind, step.destination)
        found = step_order.lock(session, step, target, workflow_id)
        if action is None:
            action = self._action(session, found, effect)
        retry = take_up_retry(session, found, action)
        return Attempt(
            step=step,
            effect=effect,
            found=found,
            action=action,
            decision_no=retry.decision_no,
            correction=retry.correction,
            version=found.version,
            mark_process=self._mark_process,
        )

    def _cannot_be_done(
        self, step: Step, effect: Effect, workflow_id: str, refused: Refused
    ) -> Outcome:
        """Record a refusal of our own. What may have happened stays in doubt all the same."""
        with self._database.transaction() as session:
            attempt = self._begin(session, step, effect, workflow_id, NextAction.SEND)
            if attempt.found.state in UNKNOWN:
                answer = TargetAnswer(InDoubt(refused.code, refused.detail), was_asked=True)
                outcome = self._recorder.record(session, attempt, answer)
            else:
                outcome = self._recorder.refused(session, attempt, refused)
        if outcome is None:
            raise retry_later(refused.code)
        return outcome

    def _crashed(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        """Record a failure of our own code. It uses up a decision to retry, as any failure does."""
        with self._database.transaction() as session:
            attempt = self._begin(session, step, effect, workflow_id, NextAction.SEND)
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
            must_undo=found.undo_reason is not None,
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
        probing = Probing(found.target_state, found.probe_in, found.has_failed, found.is_chosen)
        may = is_let_through(probing)
        return not (may and targets.claim_probe(session, found.target, self._rules))

    def _prepare(self, session: Session, attempt: Attempt) -> tuple[Attempt, Outcome | None]:
        """Mark the step as being sent or asked about; the outcome is one where it is not."""
        step, found = attempt.step, attempt.found
        if attempt.action is NextAction.WAIT:
            what = StepWait.ORDER if found.is_blocked else StepWait.TARGET
            return attempt, wait(session, attempt, what)
        is_left = attempt.effect.prepare(session, step, attempt.seen) is Prepared.READY
        if attempt.action is NextAction.ASK:
            version = steps.mark_asking(session, step.id)
            return replace(attempt, version=version, is_left=is_left), None
        if not is_left:
            return attempt, self._nothing_to_do(session, attempt)
        version = steps.mark_sending(session, step.id)
        if step.urgent:
            overtaking.mark_overtaken(session, step)
        return replace(attempt, version=version), None

    def _nothing_to_do(self, session: Session, attempt: Attempt) -> Outcome:
        settled = steps.settle(session, attempt.step, StepState.DONE)
        targets.return_probe(session, attempt.found.target)
        if settled is None:
            return settled_meanwhile(session, attempt.step)
        return close_item(session, attempt, settled, Resolution.ENDED, OutcomeKind.DONE)


def retry_later(code: str) -> ApplicationError:
    """Error after which Temporal retries. Expected, so it is logged without a traceback."""
    return ApplicationError(code, type=TROUBLE, category=ApplicationErrorCategory.BENIGN)
