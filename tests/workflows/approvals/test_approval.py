"""joint.3, joint.5: approvals on a real server, and the register that is asked before the act."""

from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.accounts import AccountStatus
from domain.approvals.states import ApprovalState as State
from tests.builders import approvals
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.builders.rows import put
from tests.fixtures.engine import Engine
from tests.workflows.approvals.stories import (
    PAIR,
    begun,
    board,
    lapses_in,
    register_is_back,
    register_is_down,
)

pytestmark = pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
DAY = timedelta(days=1)


async def test_joint_3_two_confirm_the_register_is_asked_once_and_it_is_carried_out(
    engine: Engine,
) -> None:
    story = await begun(engine)
    assert engine.queries() == 0

    story.confirm(JAAN)

    assert await story.over() is State.CARRIED_OUT
    assert engine.queries() == 1
    story.carried_out_once()
    asked = engine.row("SELECT register_asked_at FROM approval").register_asked_at
    assert asked is not None
    assert story.told("approval_carried_out") == {MARI.code, JAAN.code}


async def test_joint_3_a_board_that_changed_meanwhile_is_found_when_the_register_answers(
    engine: Engine,
) -> None:
    story = await begun(engine)
    board(engine, (MARI, KATI))

    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER)
    await story.until(State.AWAITING_CONFIRMATIONS)

    assert (story.offers(), engine.queries()) == (["proposed"], 1)
    assert story.told("approval_proposed") == {JAAN.code}
    assert story.told("approval_asked_anew") == {KATI.code}

    story.confirm(KATI)
    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()
    counted = engine.rows(
        "SELECT p.code FROM approval_confirmation c JOIN person p ON p.id = c.person_id"
        " WHERE c.counted"
    )
    assert {row.code for row in counted} == {MARI.code, KATI.code}


async def test_joint_3_whoever_is_needed_by_a_new_rule_is_told_again(engine: Engine) -> None:
    story = await begun(engine, PAIR, (MARI, PEETER))
    board(engine, (MARI, JAAN, PEETER))

    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER)
    await story.until(State.AWAITING_CONFIRMATIONS)

    assert story.told("approval_asked_anew") == {PEETER.code}


async def test_joint_5_an_approval_that_is_declined_leaves_no_workflow(engine: Engine) -> None:
    story = await begun(engine)

    approvals.decline(engine.database, story.id, JAAN)

    assert await story.over() is State.DECLINED
    assert story.offers() == ["withdrawn"]


async def test_joint_5_an_approval_of_what_has_ended_is_refused(engine: Engine) -> None:
    story = await begun(engine)

    put(engine.database, replace(story.office, status=AccountStatus.CLOSED))
    await story.look()

    assert await story.over() is State.REFUSED
    assert "offered" not in story.offers()


async def test_joint_5_the_others_are_reminded_once_for_each_moment(engine: Engine) -> None:
    story = await begun(engine)
    for left, expected in ((4 * DAY, []), (3 * DAY, ["3"]), (2 * DAY, ["3"]), (DAY, ["1", "3"])):
        lapses_in(story, left - timedelta(minutes=1))
        for _ in range(2):
            await story.look()
        reminded = engine.rows(
            "SELECT n.occasion, p.code FROM notice n JOIN person p ON p.id = n.person_id"
            " WHERE n.kind = 'approval_reminder' ORDER BY n.occasion"
        )
        assert [row.occasion for row in reminded] == expected
        assert {row.code for row in reminded} <= {JAAN.code}
    assert (await story.handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_joint_5_nobody_confirms_in_time_and_it_lapses(engine: Engine) -> None:
    story = await begun(engine)

    lapses_in(story, timedelta())
    await story.look()

    assert await story.over() is State.LAPSED
    assert (story.offers(), engine.queries()) == (["lapsed"], 0)
    (row,) = engine.rows("SELECT receiver_id FROM delegation")
    assert row.receiver_id is None


async def test_joint_5_it_lapses_by_its_own_clock(engine: Engine) -> None:
    story = await begun(engine)
    lapses_in(story, timedelta(seconds=1))
    await story.look()

    assert await story.over() is State.LAPSED


async def test_joint_3_a_company_that_the_register_does_not_have_waits(engine: Engine) -> None:
    story = await begun(engine)
    register_is_down(engine, "empty_answer")

    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER, "register_unavailable")

    assert story.offers() == ["proposed"]
    register_is_back(engine)
    await story.look()
    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()
