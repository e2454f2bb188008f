"""Carrying out a step: the one way in which any process has an effect on an outside system.

Before the effect a transaction writes down that it is about to happen, after it another what became
of it; so whoever comes after a crash knows what is done, what is not, and what nobody knows. What
is stuck is listed in that same second transaction: the list cannot disagree with the step.
Where our own code fails, what it wrote is taken back and a third one says so.
"""

import time
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import Row
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.metrics import WAITS, seconds_late
from activities.provisioning.effect import Attempt, Effect, Kind, Outcome
from activities.provisioning.record_answer import Answers, over, wait
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
    Seen,
    Step,
    StepRules,
    StepState,
    next_move,
)
from domain.provisioning.targets import Target, TargetState
from storage.database import Database, Session
from storage.ops import stuck_items
from storage.ops.stuck_items import Standstill
from storage.provisioning import steps, targets

log = structlog.get_logger(__name__)

TROUBLE = "StepTrouble"
# With the database away nothing can be written down either.
_TRY_AGAIN = (ApplicationError, OperationalError, InterfaceError, InternalError, NoConnection)

ANSWERS = Counter("volitus_step_answers", "What targets answered.", ["target", "answer"])
STARTED_AFTER = Histogram(
    "volitus_step_schedule_to_start_seconds",
    "From when a step was due to when a worker began it.",
    ["target"],
    buckets=WAITS,
)
TOOK = Histogram(
    "volitus_step_seconds", "How long a target took to answer.", ["target"], buckets=WAITS
)


class Steps:
    """Carries out steps. Safe to repeat and to run twice at once: the target does it once."""

    def __init__(self, database: Database, rules: StepRules) -> None:
        self._database = database
        self._rules = rules
        self._answers = Answers(rules)

    def carry_out(self, step: Step, effect: Effect) -> Outcome:
        """One attempt, or a look at what keeps it.

        Raises ApplicationError of type TROUBLE where Temporal is to try again after its back-off.
        """
        info = activity.info()
        STARTED_AFTER.labels(effect.target).observe(seconds_late(info))
        workflow_id = info.workflow_id or ""
        try:
            return self._attempt(step, effect, workflow_id)
        except _TRY_AGAIN:
            raise
        except Exception:
            # Ours, and it must not be retried in silence for ever.
            log.exception("step_failed", action=step.action, target=effect.target)
            return self._broken(step, effect, workflow_id)

    def _attempt(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        with self._database.transaction() as session:
            row = steps.look(session, step, effect.target, workflow_id)
            move = self._move(session, row, effect)
            attempt = Attempt(step, effect, row, move, _number(session, row, move))
            kept = self._keep(session, attempt) or self._prepare(session, attempt)
        if kept is not None:
            return kept
        answer = _answer(attempt)
        ANSWERS.labels(effect.target, _word(answer)).inc()
        with self._database.transaction() as session:
            outcome = self._answers.write_down(session, attempt, answer)
        if outcome is None:
            raise again(answer.code if isinstance(answer, NotDone) else "")
        return outcome

    def _broken(self, step: Step, effect: Effect, workflow_id: str) -> Outcome:
        """A decision to try it again is used up by this, as it is by any other failure."""
        with self._database.transaction() as session:
            row = steps.look(session, step, effect.target, workflow_id)
            number = _number(session, row, Move.DO)
            outcome = self._answers.broken(session, Attempt(step, effect, row, Move.DO, number))
        if outcome is None:
            raise again(StuckReason.ENGINE_ERROR)
        return outcome

    def _move(self, session: Session, row: Row[Any], effect: Effect) -> Move:
        seen = Seen(
            state=StepState(row.state),
            ended=row.ended_at is not None,
            decision=_decision(row),
            behind=row.behind,
            can_ask=effect.can_be_asked,
        )
        move = next_move(seen)
        if move in {Move.DO, Move.ASK} and self._shut(session, row, effect.target):
            return Move.WAIT
        return move

    def _shut(self, session: Session, row: Row[Any], target: Target) -> bool:
        """Whether the target takes nothing now, or its turn after a pause has not come."""
        if row.too_early:
            return True
        if row.target_state == TargetState.AVAILABLE:
            return False
        return not (row.probe_due and targets.claim_probe(session, target, self._rules))

    def _keep(self, session: Session, attempt: Attempt) -> Outcome | None:
        """What keeps it from being tried now; None: nothing."""
        step, row = attempt.step, attempt.row
        match attempt.move:
            case Move.OVER:
                return over(row)
            case Move.ABORT:
                steps.aborting(session, step.id)
                stuck_items.close(session, step.id, Resolution.ABORTED, attempt.actor)
                return Outcome(kind=Kind.ABORTED)
            case Move.SKIP:
                steps.settle(session, step.id, StepState.SKIPPED)
                stuck_items.close(session, step.id, Resolution.SKIPPED, attempt.actor)
                return Outcome(kind=Kind.SKIPPED)
            case Move.STAY:
                _list_lost(session, attempt)
                return Outcome(kind=Kind.STUCK)
        return None

    def _prepare(self, session: Session, attempt: Attempt) -> Outcome | None:
        step, row = attempt.step, attempt.row
        if attempt.move is Move.WAIT:
            return wait(session, row, "order" if row.behind else "target")
        if not attempt.effect.prepare(session, step):
            steps.settle(session, step.id, StepState.DONE)
            targets.return_probe(session, attempt.effect.target)
            return self._answers.closed(session, attempt, Resolution.ENDED, Kind.DONE)
        steps.sending(session, step.id)
        return None


def _number(session: Session, row: Row[Any], move: Move) -> int:
    """Which decision it is that is carried out; one to retry is taken up by that."""
    number: int = row.decision_no
    if _decision(row) is Decision.RETRY and move in {Move.DO, Move.ASK, Move.WAIT}:
        number = steps.decided_again(
            session, row.id, row.decision["correction"] or None
        ).decision_no
        stuck_items.retrying(session, row.id)
    return number


def _list_lost(session: Session, attempt: Attempt) -> None:
    """Whoever handed it over and died could not list it; the target cannot be asked."""
    state = StepState(attempt.row.state)
    if state is StepState.SENDING or (state in UNKNOWN and not attempt.is_listed):
        lost = InDoubt(StuckReason.ANSWER_LOST)
        row = steps.unsettled(session, attempt.step.id, StepState.DOUBT)
        attempt.effect.settle(session, attempt.step, lost)
        if row is not None:
            why = Standstill(StuckKind.DOUBT, lost.code)
            stuck_items.open_(session, attempt.step, row, why)


def _answer(attempt: Attempt) -> Answer | NotDone:
    effect, key = attempt.effect, attempt.step.key(attempt.number)
    begun = time.perf_counter()
    try:
        if attempt.move is Move.ASK and (told := effect.ask(key)) is not None:
            return told
        return effect.hand_over(key)
    except NotDone as error:
        return error
    except _TRY_AGAIN:
        raise
    except Exception:
        # Ours, and what happened is not known.
        log.exception("step_failed", action=attempt.step.action, target=effect.target)
        return InDoubt(StuckReason.ENGINE_ERROR)
    finally:
        TOOK.labels(effect.target).observe(time.perf_counter() - begun)


def again(code: str) -> ApplicationError:
    """Temporal is to try again after its back-off: expected, so no traceback each time."""
    return ApplicationError(code, type=TROUBLE, category=ApplicationErrorCategory.BENIGN)


def _decision(row: Row[Any]) -> Decision | None:
    return Decision(row.decision["decision"]) if row.stuck_state == "decided" else None


def _word(answer: Answer | NotDone) -> str:
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
