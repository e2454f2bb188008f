"""joint.3: the register is away, or its answer is held, when everybody has confirmed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row
from temporalio.client import WorkflowExecutionStatus

from domain.approvals.states import ApprovalState as State
from domain.processes import sync_id
from domain.registry.sync import SyncSource
from storage.approvals import wakeups
from tests.builders import approvals
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.fixtures.engine import Engine, until
from tests.workflows.approvals.stories import (
    PAIR,
    Story,
    begun,
    board,
    lapses_in,
    register_is_back,
    register_is_down,
)
from workflows.registry.register_sync import RegisterSync

ON = {"VOLITUS_JOINT_APPROVAL": "on"}
pytestmark = pytest.mark.settings(**ON)


async def waiting(engine: Engine) -> Story:
    """Everybody has confirmed, and the register cannot be asked."""
    story = await begun(engine)
    register_is_down(engine)
    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER, "register_unavailable")
    return story


async def test_joint_3_what_the_register_could_not_answer_is_carried_out_when_it_is_back(
    engine: Engine,
) -> None:
    story = await waiting(engine)
    assert story.offers() == ["proposed"]

    register_is_back(engine)

    # Nobody wakes it: it asks again by itself.
    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_5_while_the_register_is_away_a_confirmation_is_taken_back(
    engine: Engine,
) -> None:
    story = await waiting(engine)

    approvals.take_back(engine.database, story.id, JAAN)
    register_is_back(engine)
    await story.look()
    await story.until(State.AWAITING_CONFIRMATIONS)
    assert story.offers() == ["proposed"]

    story.confirm(JAAN)
    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_5_while_the_register_is_away_somebody_declines(engine: Engine) -> None:
    story = await waiting(engine)

    approvals.decline(engine.database, story.id, JAAN)

    assert await story.over() is State.DECLINED
    assert story.offers() == ["withdrawn"]


async def test_joint_5_while_the_register_is_away_the_proposer_withdraws(engine: Engine) -> None:
    story = await waiting(engine)

    approvals.withdraw(engine.database, story.id, MARI)

    assert await story.over() is State.WITHDRAWN
    assert story.offers() == ["withdrawn"]


async def test_joint_5_while_the_register_is_away_it_lapses(engine: Engine) -> None:
    story = await waiting(engine)

    lapses_in(story, timedelta())
    await story.look()

    assert await story.over() is State.LAPSED
    assert story.offers() == ["lapsed"]


async def test_joint_3_a_long_outage_leaves_a_short_history(engine: Engine) -> None:
    story = await waiting(engine)
    before = (await story.handle.describe()).history_length
    rounds = 4
    for _ in range(rounds):
        await story.look()

    described = await story.handle.describe()

    assert described.status is WorkflowExecutionStatus.RUNNING
    # At most one round in ten minutes after the first hour: 2,016 in two weeks. Temporal suggests
    # to continue as new at 4,096 events, and ends a workflow at 51,200.
    assert (described.history_length - before) / rounds < 30


HELD = {"VOLITUS_SYNC_HOLD_LEAST": "1", "VOLITUS_SYNC_HOLD_SHARE": "0.01"}


@pytest.mark.settings(**ON, **HELD)
async def test_joint_3_an_answer_that_would_end_too_much_is_held_until_operations_release_it(
    engine: Engine,
) -> None:
    story = await begun(engine, PAIR, (KATI, PEETER))
    board(engine, PAIR)

    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER, "register_answer_held")
    await until(lambda: [run.state for run in _runs(engine)] == ["held"])
    assert story.offers() == ["proposed"]

    (run,) = _runs(engine)
    id_ = sync_id(SyncSource.COMPANY, run.subject)
    handle = engine.client.get_workflow_handle_for(RegisterSync.run, id_)
    await engine.decide(handle, "release")
    await engine.ended(handle)
    with engine.database.transaction() as session:
        wakeups.touch_outdated(session)

    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


def _runs(engine: Engine) -> Sequence[Row[Any]]:
    return list(engine.rows("SELECT * FROM sync_run WHERE source = 'company'"))
