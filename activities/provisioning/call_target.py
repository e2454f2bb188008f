"""Calls a step's target, and measures it. No transaction is open meanwhile."""

import time

import structlog
from prometheus_client import Counter, Histogram
from temporalio.exceptions import ApplicationError

from activities.metrics import WAITS
from activities.provisioning.attempt import Attempt
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.next_action import NextAction
from domain.provisioning.steps import Accepted, Answer, Done, InDoubt, NotDone, Refused
from storage.database import LOST

log = structlog.get_logger(__name__)

RETRIED_BY_TEMPORAL = (ApplicationError, *LOST)
"""With the database away nothing can be recorded either."""
ANSWERS = Counter("volitus_step_answers", "Answers of targets.", ["target", "answer"])
TOOK = Histogram(
    "volitus_step_seconds", "How long a target took to answer.", ["target"], buckets=WAITS
)


def call(attempt: Attempt) -> Answer | NotDone:
    """Ask the target about the step, or hand it over; returns the answer, whatever it is. Blocks.

    A failure of our own code leaves the outcome unknown.
    """
    target = attempt.found.target.name
    begun = time.perf_counter()
    try:
        answer = _asked_or_handed_over(attempt)
    finally:
        TOOK.labels(target).observe(time.perf_counter() - begun)
    ANSWERS.labels(target, _label(answer)).inc()
    return answer


def _asked_or_handed_over(attempt: Attempt) -> Answer | NotDone:
    effect = attempt.effect
    try:
        if attempt.action is NextAction.ASK and (known := effect.ask(attempt.key)) is not None:
            return known
        return effect.hand_over(attempt.key)
    except NotDone as error:
        return error
    except RETRIED_BY_TEMPORAL:
        raise
    except Exception:
        # Our own error, and the outcome is unknown.
        log.exception("step_failed", action=attempt.step.action, target=attempt.found.target.name)
        return InDoubt(StuckReason.ENGINE_ERROR)


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
