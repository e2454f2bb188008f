"""Metrics of steps: stuck items, targets, decisions, resolutions."""

from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from api.internal.metrics import DatabaseMetrics
from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Decision, Step, StepWait
from domain.provisioning.targets import Target, TargetKind
from storage.audit import hash_chain
from storage.database import Database
from storage.ops import decisions as stuck_decisions
from storage.ops import stuck_items
from storage.ops.decisions import NewDecision
from storage.provisioning import step_order, steps, targets
from storage.requests import operations
from tests.builders.rows import carry_out
from tests.builders.stuck_items import get_stuck
from tests.builders.target_failures import BUSY, fail

OPS = Actor(ActorKind.OPS, "ann")
ENGINE = Actor(ActorKind.ENGINE, "resend")


class Metrics:
    """Samples of the API's metrics, by name and labels."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(DatabaseMetrics(database))

    def __call__(self, name: str, **labels: str) -> float | None:
        return self._registry.get_sample_value(f"volitus_{name}", labels)


@pytest.fixture
def metric(database: Database) -> Metrics:
    return Metrics(database)


def test_stuck_items_by_target_reason_and_kind(database: Database, metric: Metrics) -> None:
    step = get_stuck(database, StuckKind.TROUBLE, StuckReason.BUSY, TargetKind.NETWORK)
    get_stuck(database, StuckKind.TROUBLE, StuckReason.BUSY, TargetKind.NETWORK)
    get_stuck(database, StuckKind.DOUBT, StuckReason.ANSWER_LOST, TargetKind.SMS)
    carry_out(
        database, f"UPDATE stuck SET since = now() - interval '1 hour' WHERE id = '{step.id}'"
    )
    busy = {"target": "network", "reason": "busy", "kind": "trouble"}

    assert metric("stuck", **busy) == 2
    assert metric("stuck", target="sms", reason="answer_lost", kind="doubt") == 1
    assert metric("stuck_oldest_age_seconds", **busy) == pytest.approx(3600, abs=60)

    with database.transaction() as session:
        stuck_items.close(session, step.id, Resolution.HEALED, ENGINE)
    assert metric("stuck", **busy) == 1
    assert metric("stuck_oldest_age_seconds", **busy) == pytest.approx(0, abs=60)


def test_targets_and_the_steps_that_wait_for_them(database: Database, metric: Metrics) -> None:
    assert metric("target_state", target="sms", state="available") == 1

    waits, turn = Step("resend", uuid4(), "configure"), Step("resend", uuid4(), "configure")
    with database.transaction() as session:
        for step, what in ((waits, StepWait.TARGET), (turn, StepWait.ORDER)):
            step_order.lock(session, step, Target.of(TargetKind.NETWORK), "resend/1")
            steps.mark_waiting(session, step.id, what)
        operations.request(session, uuid4(), ProcessType.RESEND, None)

    for told in (BUSY, (StuckReason.BUSY, "http_429"), (StuckReason.UNREACHABLE, "")):
        fail(database, rules=StepRules(pause_after=3, pause_resources=3), told=told)

    states = {s: metric("target_state", target="network", state=s) for s in ("available", "paused")}
    assert states == {"available": 0, "paused": 1}
    assert metric("target_waiting_steps", target="network") == 1
    assert metric("target_failures_in_a_row", target="network") == 3
    assert metric("target_failing_resources", target="network", reason="busy") == 2
    assert metric("target_failing_resources", target="network", reason="unreachable") == 1
    assert metric("stuck", target="network", reason="target_failing", kind="paused") == 1
    assert metric("operations_open", kind="resend") == 1


def test_decisions_and_endings_only_grow_and_survive_a_restart(
    database: Database, metric: Metrics
) -> None:
    assert metric("stuck_decisions_total", decision="abort") == 0
    decisions = (Decision.RETRY, Decision.RETRY, Decision.ABORT)
    listed = [
        get_stuck(database, StuckKind.TROUBLE, StuckReason.BUSY, TargetKind.NETWORK)
        for _ in decisions
    ]
    for step, decision in zip(listed, decisions, strict=True):
        with database.transaction() as session:
            stuck_decisions.decide(session, step.id, NewDecision(decision, 1, OPS, "because"))
        hash_chain.seal_all(database)
        metric("stuck_decisions_total", decision="retry")  # what is read once is not counted twice
    with database.transaction() as session:
        stuck_items.close(session, listed[-1].id, Resolution.ABORTED, ENGINE)
    for kind in TargetKind:
        fail(database, target=Target.of(kind))
    with database.transaction() as session:
        targets.resume(session, Target.of(TargetKind.SMS), OPS, "because")
    hash_chain.seal_all(database)

    for each in (metric, Metrics(database)):
        assert each("stuck_decisions_total", decision="retry") == 2
        assert each("stuck_decisions_total", decision="abort") == 1
        assert each("stuck_ended_total", resolution="aborted") == 1
        assert each("stuck_ended_total", resolution="resumed") == 1
        assert each("stuck_ended_total", resolution="healed") == 0
