"""Failures of targets, without steps that fail."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_failures import FailedCall
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.provisioning import target_failures
from storage.provisioning.target_failures import CountedFailure

AT_ONCE = StepRules(pause_after=1, pause_resources=1, pause_for=timedelta(seconds=30))
"""One failure pauses a target."""
NETWORK = Target.of(TargetKind.NETWORK)
BUSY = (StuckReason.BUSY, "http_503")


def fail(
    database: Database,
    *resources: str,
    target: Target = NETWORK,
    rules: StepRules = AT_ONCE,
    told: tuple[StuckReason, str] = BUSY,
    is_probe: bool = False,
) -> CountedFailure:
    """These resources fail one after the other; without any: one that never failed before."""
    counted = CountedFailure(is_available=True, paused=None)
    for resource in resources or (f"service/{uuid4()}",):
        failed = FailedCall(uuid5(NAMESPACE_URL, resource), resource, *told)
        with database.transaction() as session:
            counted = target_failures.record_failure(
                session, target, failed, rules, is_probe=is_probe
            )
    return counted


def answer(
    database: Database, resource: str, *, target: Target = NETWORK, is_probe: bool = False
) -> None:
    """The target answers a step of this resource."""
    with database.transaction() as session:
        target_failures.record_answer(session, target, resource, is_probe=is_probe)
