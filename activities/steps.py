"""Carrying out a step: the one way in which any process has an effect on an outside system.

Before the effect a transaction writes down that it is about to happen, after it another what became
of it; so whoever comes after a crash knows what is done, what is not, and what nobody knows. What
is stuck is listed in that same second transaction: the list cannot disagree with the step.
"""

import time
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from access.steps import (
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
    Target,
    next_move,
)
from access.stuck import StuckKind, StuckReason
from activities.answers import Answers, wait
from activities.effects import Attempt, Effect, Kind, Outcome
from storage import steps, stuck, targets
from storage.database import Database
from storage.stuck import Standstill

log = structlog.get_logger(__name__)

TROUBLE = "StepTrouble"

_WAITS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
ANSWERS = Counter("volitus_step_answers", "What targets answered.", ["target", "answer"])
STARTED_AFTER = Histogram(
    "volitus_step_schedule_to_start_seconds",
    "From when a step was due to when a worker began it.",
    ["target"],
    buckets=_WAITS,
)
TOOK = Histogram(
    "volitus_step_seconds", "How long a target took to answer.", ["target"], buckets=_WAITS
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
        STARTED_AFTER.labels(effect.target).observe(_late(info))
        with self._database.transaction() as session:
            row = steps.look(session, step, effect.target, info.workflow_id or "")
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
            code = answer.code if isinstance(answer, NotDone) else ""
            raise ApplicationError(code, type=TROUBLE, category=ApplicationErrorCategory.BENIGN)
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
        if row.target_state == "open":
            return False
        return not (row.probe_due and targets.let_through(session, target, self._rules))

    def _keep(self, session: Session, attempt: Attempt) -> Outcome | None:
        """What keeps it from being tried now; None: nothing."""
        step, row = attempt.step, attempt.row
        match attempt.move:
            case Move.OVER:
                kind = Kind.ABORTED if row.closed_how == "aborted" else _OVER[StepState(row.state)]
                return Outcome(kind=kind)
            case Move.ABORT:
                steps.aborting(session, step.id)
                stuck.close(session, step.id, "aborted", attempt.actor)
                return Outcome(kind=Kind.ABORTED)
            case Move.SKIP:
                steps.settle(session, step.id, StepState.SKIPPED)
                stuck.close(session, step.id, "skipped", attempt.actor)
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
            targets.not_seen(session, attempt.effect.target)
            stuck.close(session, step.id, "ended", attempt.actor)
            return Outcome(kind=Kind.DONE)
        steps.sending(session, step.id)
        return None


def _number(session: Session, row: Row[Any], move: Move) -> int:
    """Which decision it is that is carried out; one to retry is taken up by that."""
    number: int = row.attempt
    if _decision(row) is Decision.RETRY and move in {Move.DO, Move.ASK, Move.WAIT}:
        number = steps.decided_again(session, row.id, row.decision["correction"] or None).attempt
        stuck.retrying(session, row.id)
    return number


def _list_lost(session: Session, attempt: Attempt) -> None:
    """Whoever handed it over and died could not list it; the target cannot be asked."""
    if attempt.row.state == StepState.SENDING:
        lost = InDoubt(StuckReason.ANSWER_LOST)
        row = steps.unsettled(session, attempt.step.id, StepState.DOUBT)
        attempt.effect.settle(session, attempt.step, lost)
        if row is not None:
            why = Standstill(StuckKind.DOUBT, lost.code)
            stuck.open_(session, attempt.step, row, why)


def _answer(attempt: Attempt) -> Answer | NotDone:
    effect, key = attempt.effect, attempt.step.key(attempt.number)
    begun = time.perf_counter()
    try:
        if attempt.move is Move.ASK and (told := effect.ask(key)) is not None:
            return told
        return effect.hand_over(key)
    except NotDone as error:
        return error
    except SQLAlchemyError:
        raise  # the database is away: nothing could be written down either
    except Exception:
        # Ours, and it must not be retried in silence for ever. What happened is not known.
        log.exception("step_failed", action=attempt.step.action, target=effect.target)
        return InDoubt(StuckReason.ENGINE_ERROR)
    finally:
        TOOK.labels(effect.target).observe(time.perf_counter() - begun)


_OVER = {
    StepState.DONE: Kind.DONE,
    StepState.UNDONE: Kind.DONE,
    StepState.SKIPPED: Kind.SKIPPED,
    StepState.DROPPED: Kind.SKIPPED,
    StepState.REFUSED: Kind.REFUSED,
}


def _late(info: activity.Info) -> float:
    """Seconds from when this attempt was due to when it began."""
    due = info.current_attempt_scheduled_time
    return max((info.started_time - due).total_seconds(), 0)


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
