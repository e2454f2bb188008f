"""Counts what a target answered and where it failed, as an attempt found it."""

import structlog

from activities.provisioning.attempt import Attempt
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Step
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.target_failures import FailedCall
from storage.database import Session
from storage.provisioning import target_failures, targets

log = structlog.get_logger(__name__)


def count_answer(session: Session, attempt: Attempt) -> None:
    """Record that the target answered. Executes nothing where nothing had failed before."""
    found = attempt.found
    if found.has_failed or found.target_failures or found.is_probe:
        resource = _counts_as(attempt.step)
        target_failures.record_answer(session, found.target, resource, is_probe=found.is_probe)


def count_failure(session: Session, attempt: Attempt, met: Cause | None, rules: StepRules) -> bool:
    """Count a failure of the target; returns whether steps still go to it.

    ``met``: what the call met; None: it was not called. Our own errors say nothing about it.
    """
    found = attempt.found
    if met is None or met.code is StuckReason.ENGINE_ERROR:
        targets.return_probe(session, found.target)
        return True
    failed = FailedCall(attempt.step.id, _counts_as(attempt.step), met.code, met.detail)
    counted = target_failures.record_failure(
        session, found.target, failed, rules, is_probe=found.is_probe
    )
    if counted.paused is not None:
        log.warning("target_paused", target=found.target.name, **counted.paused.facts())
    return counted.is_available


def _counts_as(step: Step) -> str:
    """The resource that fails or answers: a step without one stands for itself."""
    return step.resource or str(step.id)
