"""Calls a step's target, and measures it. No transaction is open meanwhile."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from prometheus_client import Counter, Histogram
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.metrics import WAITS
from activities.provisioning.attempt import Attempt
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.attempts import NeverReceived, Sent
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import Accepted, Answer, Done, InDoubt, NotDone, Refused
from runtime import tracing
from storage.database import LOST

log = structlog.get_logger(__name__)

RETRIED_BY_TEMPORAL = (ApplicationError, *LOST)
"""With the database away nothing can be recorded either."""
ANSWERS = Counter("volitus_step_answers", "Answers of targets.", ["target", "answer"])
TOOK = Histogram(
    "volitus_step_seconds", "How long a target took to answer.", ["target"], buckets=WAITS
)


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """What the target answered."""

    answer: Answer | NotDone | NeverReceived
    was_asked: bool
    """To the question about an earlier attempt; else to the step itself."""


def call(attempt: Attempt) -> TargetAnswer:
    """Ask the target about the step, or hand it over; returns the answer, whatever it is. Blocks.

    A failure of our own code leaves the outcome unknown.
    """
    target = attempt.found.target.name
    begun = time.perf_counter()
    with tracing.span("step", tracing.CLIENT, _facts(attempt)) as facts:
        try:
            found = _asked_or_handed_over(attempt)
        finally:
            TOOK.labels(target).observe(time.perf_counter() - begun)
        facts["volitus.call"] = "ask" if found.was_asked else "send"
        facts["volitus.answer"] = _label(found.answer)
        if isinstance(found.answer, NotDone):
            facts["volitus.answer_code"] = facts["error.type"] = found.answer.code
    ANSWERS.labels(target, _label(found.answer)).inc()
    return found


def _facts(attempt: Attempt) -> Mapping[str, str | int]:
    step = attempt.step
    return {
        "volitus.process": step.process,
        "volitus.process_id": str(step.process_id),
        "volitus.action": step.action,
        "volitus.target": attempt.found.target.name,
        "volitus.decision_no": attempt.decision_no,
        "volitus.attempt": activity.info().attempt,
    }


def _asked_or_handed_over(attempt: Attempt) -> TargetAnswer:
    effect, found = attempt.effect, attempt.found
    if attempt.action is NextAction.ASK:
        sent = Sent(found.receipt, found.sent_ago)
        known = _answer(attempt, lambda: effect.ask(attempt.key, sent))
        return TargetAnswer(NeverReceived() if known is None else known, was_asked=True)
    answer = _answer(attempt, lambda: effect.hand_over(attempt.key))
    if answer is None:
        raise RuntimeError("an effect that is handed over has an answer")
    return TargetAnswer(answer, was_asked=False)


def _answer(attempt: Attempt, do: Callable[[], Answer | None]) -> Answer | NotDone | None:
    try:
        return do()
    except NotDone as error:
        return error
    except RETRIED_BY_TEMPORAL:
        raise
    except Exception:
        # Our own error, and the outcome is unknown.
        log.exception("step_failed", action=attempt.step.action, target=attempt.found.target.name)
        return InDoubt(StuckReason.ENGINE_ERROR)


def _label(answer: Answer | NotDone | NeverReceived) -> str:
    match answer:
        case Done():
            return "done"
        case NeverReceived():
            return "never_received"
        case Accepted():
            return "accepted"
        case Refused():
            return "refused"
        case InDoubt():
            return "doubt"
    return "trouble"
