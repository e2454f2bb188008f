"""Carries out steps: the only way in which a process has an effect on an outside system.

A first transaction records that the effect is about to happen, a second one its outcome. So
whoever comes after a crash knows what is done, what is not, and what is unknown. Stuck items are
listed in the second transaction: the list cannot disagree with the step. Where our own code fails,
the second transaction is rolled back and a third one records the failure.
"""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from prometheus_client import Histogram
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.metrics import WAITS, seconds_late
from activities.provisioning.attempt import Attempt, MarkProcess, spread
from activities.provisioning.call_target import RETRIED_BY_TEMPORAL, TargetAnswer, call
from activities.provisioning.effect import Effect, Outcome, OutcomeKind, TakenBack
from activities.provisioning.record_answer import AnswerRecorder
from activities.provisioning.start_attempt import AttemptStarter
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.attempts import NeverReceived
from domain.provisioning.next_action import NextAction
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import UNKNOWN, NotDone, Refused, Step
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.targets import Target
from storage.database import Database, unless_deadlocked

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
        self, database: Database, rules: StepRules, marks: Mapping[str, MarkProcess] | None = None
    ) -> None:
        """``marks``: how the rows of a type of process are marked; of others, their operation."""
        self._database = database
        self._starter = AttemptStarter(rules, marks or {})
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
            attempt, outcome = self._starter.start(session, step, effect, workflow_id)
        if outcome is not None:
            return outcome
        found = call(attempt)
        # Where another transaction wants its locks, it is this one that has something to lose.
        outcome = unless_deadlocked(lambda: self._record(attempt, found))
        if isinstance(found.answer, NeverReceived):
            # What was decided, cancelled or overtaken meanwhile counts before it is sent again.
            return self._attempt(step, effect, workflow_id)
        if outcome is None:
            raise retry_later(found.answer.code if isinstance(found.answer, NotDone) else "")
        return outcome

    def _record(self, attempt: Attempt, found: TargetAnswer) -> Outcome | None:
        with self._database.transaction() as session:
            return self._recorder.record(session, attempt, found)

    def _cannot_be_done(
        self, step: Step, effect: Effect, workflow_id: str, refused: Refused
    ) -> Outcome:
        """Record a refusal of our own. What may have happened stays in doubt all the same."""
        with self._database.transaction() as session:
            attempt = self._starter.find(session, step, effect, workflow_id, NextAction.SEND)
            if attempt.found.state in UNKNOWN:
                ours = Cause(refused.code, refused.detail)
                outcome = self._recorder.not_asked(session, attempt, ours)
            else:
                outcome = self._recorder.refused(session, attempt, refused)
        if outcome is None:
            raise retry_later(refused.code)
        return outcome

    def _crashed(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        """Record a failure of our own code. It uses up a decision to retry, as any failure does."""
        with self._database.transaction() as session:
            attempt = self._starter.find(session, step, effect, workflow_id, NextAction.SEND)
            ours = Cause(StuckReason.ENGINE_ERROR)
            outcome = self._recorder.not_asked(session, attempt, ours)
        if outcome is None:
            raise retry_later(StuckReason.ENGINE_ERROR)
        return outcome


def retry_later(code: str) -> ApplicationError:
    """Error after which Temporal retries. Expected, so it is logged without a traceback."""
    return ApplicationError(code, type=TROUBLE, category=ApplicationErrorCategory.BENIGN)
