"""Stuck items of number verifications, and decisions about them."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.provisioning.steps import Decision
from domain.provisioning.targets import Target, TargetKind
from services.ops.wake import wake
from storage.ops import decisions
from storage.ops.decisions import NewDecision
from storage.provisioning import targets
from tests.builders.rows import rows
from tests.fixtures.engine import until
from tests.fixtures.number_stack import Numbers

OPS = Actor(ActorKind.OPS, "ops-1")
SOON = pytest.mark.settings(VOLITUS_STEP_STUCK_AFTER="PT0.3S", VOLITUS_STEP_SLOW_RETRY="PT1S")


def listed(numbers: Numbers, verification: UUID) -> list[Row[Any]]:
    return list(
        rows(numbers.database, "SELECT * FROM stuck WHERE process_id = :id", id=verification)
    )


async def stuck_as(numbers: Numbers, verification: UUID, **wanted: Any) -> Row[Any]:
    """Wait for the stuck item of the verification with this reason; return it."""

    def found() -> list[Row[Any]]:
        return [
            row
            for row in listed(numbers, verification)
            if all(getattr(row, name) == value for name, value in wanted.items())
        ]

    await until(lambda: bool(found()))
    return found()[0]


async def decide(numbers: Numbers, row: Row[Any], decision: Decision) -> None:
    with numbers.database.transaction() as session:
        decisions.decide(session, row.id, NewDecision(decision, row.version, OPS, "because"))
    await wake(numbers.client, row.workflow_id)


@pytest.mark.impatient
@SOON
async def test_a_gateway_that_is_down_is_listed_and_heals(numbers: Numbers) -> None:
    numbers.sms.fault("send", "http_503")
    verification = await numbers.asked()
    row = await stuck_as(numbers, verification, state="stuck", kind="trouble")
    assert (row.target, row.action, row.code, row.allowed_decisions) == (
        "sms",
        "send-1",
        "busy",
        ["retry", "skip"],
    )

    numbers.sms.control("DELETE", "/faults")

    await stuck_as(numbers, verification, state="closed", resolution="healed")
    await numbers.bring_newest(verification)
    await numbers.until_shown(verification, state="verified")
    assert len(numbers.codes()) == 1


async def test_an_sms_in_doubt_is_listed_until_its_report_arrives(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.fault("send", "cut", times=1)
    verification = await numbers.asked()
    row = await stuck_as(numbers, verification, state="stuck")
    assert (row.kind, row.code) == ("doubt", "answer_lost")

    await numbers.gateway_reports("DELIVRD")

    await stuck_as(numbers, verification, state="closed", resolution="healed")
    assert len(numbers.codes()) == 1


async def test_an_operator_may_have_an_sms_in_doubt_sent_again(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.fault("send", "cut", times=1)
    verification = await numbers.asked()
    row = await stuck_as(numbers, verification, state="stuck")

    await decide(numbers, row, Decision.RETRY)

    await stuck_as(numbers, verification, state="closed", resolution="retried")
    assert len(numbers.codes()) == 2
    answer = await numbers.bring_newest(verification)
    assert answer.json()["state"] == "verified"


async def test_stuck_items_of_a_verification_are_closed_with_it(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.fault("send", "cut", times=1)
    verification = await numbers.asked()
    await stuck_as(numbers, verification, state="stuck")

    await numbers.bring_newest(verification)
    await numbers.over(verification)

    await stuck_as(numbers, verification, state="closed", resolution="ended")


@pytest.mark.impatient
@SOON
async def test_a_failing_sim_check_is_listed_and_can_be_aborted(
    numbers: Numbers,
) -> None:
    numbers.network.fault("http_503")
    verification = await numbers.asked()
    await numbers.bring_newest(verification)
    row = await stuck_as(numbers, verification, state="stuck")
    assert (row.target, row.action, row.allowed_decisions) == (
        "sim_swap",
        "check-sim-swap",
        ["retry", "abort"],
    )

    await decide(numbers, row, Decision.ABORT)

    shown = await numbers.until_shown(verification, state="failed")
    assert shown["reason"]["code"] == "sim_unknown"
    await stuck_as(numbers, verification, state="closed", resolution="aborted")


@pytest.mark.impatient
async def test_codes_wait_for_a_paused_gateway_and_are_sent_when_it_is_resumed(
    numbers: Numbers,
) -> None:
    with numbers.database.transaction() as session:
        targets.pause(session, Target.of(TargetKind.SMS), OPS, "their maintenance")
    verification = await numbers.asked()
    assert numbers.codes() == []
    assert listed(numbers, verification) == []

    with numbers.database.transaction() as session:
        targets.resume(session, Target.of(TargetKind.SMS), OPS, "it is over")

    await numbers.bring_newest(verification)
    await numbers.until_shown(verification, state="verified")
    assert len(numbers.codes()) == 1


@pytest.mark.impatient
async def test_an_unsent_code_is_dropped_when_it_expires(
    numbers: Numbers,
) -> None:
    statement = "SELECT * FROM step WHERE process_id = :id"
    with numbers.database.transaction() as session:
        targets.pause(session, Target.of(TargetKind.SMS), OPS, "their maintenance")
    verification = await numbers.asked()
    await until(
        lambda: any(row.waits_for for row in rows(numbers.database, statement, id=verification))
    )

    await numbers.time_runs_out(verification)
    await numbers.over(verification)

    (step,) = rows(numbers.database, statement, id=verification)
    assert (step.state, step.waits_for, step.ended_at is not None) == ("dropped", None, True)
