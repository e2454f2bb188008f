"""joint.3, joint.5: the workflow of an approval is started, woken and ended, whatever gets lost."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from domain.approvals.states import ApprovalState as State
from domain.audit import Actor, ActorKind
from domain.processes import ProcessType
from domain.reasons import Reason
from settings.processes import WorkerSettings
from tests.builders.people import JAAN
from tests.builders.rows import carry_out
from tests.fixtures.engine import Engine, until
from tests.fixtures.engine_plugin import working
from tests.workflows.approvals.stories import begun
from workflows.catalog import CATALOG

pytestmark = pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
OPS = Actor(ActorKind.OPS, "ann")
CLOSED = Reason("closed_by_operations", "A member of staff closed it")


async def test_joint_3_a_lost_signal_is_sent_again(idle_engine: Engine) -> None:
    async with working(idle_engine.settings, idle_engine.client):
        story = await begun(idle_engine)
        await until(
            lambda: bool(idle_engine.rows("SELECT FROM approval WHERE seen_at IS NOT NULL"))
        )
    story.confirm(JAAN)
    # A worker claimed it, and died before it signalled.
    approvals_claimed(idle_engine, ago=timedelta(seconds=31))

    async with working(idle_engine.settings, idle_engine.client):
        assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_3_a_workflow_that_was_never_started_is_started_by_a_worker(
    engine: Engine,
) -> None:
    story = await begun(engine, start=False)
    story.confirm(JAAN)

    started = "SELECT FROM process WHERE type = 'approval' AND started_at IS NOT NULL"
    await until(lambda: bool(engine.rows(started)))
    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_5_operations_close_its_process_and_it_ends(engine: Engine) -> None:
    story = await begun(engine)
    await story.look()

    with engine.database.transaction() as session:
        CATALOG[ProcessType.APPROVAL].close(session, story.id, CLOSED, OPS)

    assert await story.over() is State.REFUSED
    assert story.offers() == ["withdrawn"]


async def test_joint_5_where_acting_together_is_switched_off_what_is_open_ends(
    idle_engine: Engine, variables: dict[str, str]
) -> None:
    async with working(idle_engine.settings, idle_engine.client):
        story = await begun(idle_engine)
        await until(
            lambda: bool(idle_engine.rows("SELECT FROM approval WHERE seen_at IS NOT NULL"))
        )
    with patch.dict("os.environ", variables | {"VOLITUS_JOINT_APPROVAL": "off"}):
        off = WorkerSettings.from_environment()

    async with working(off, idle_engine.client):
        assert await story.over() is State.REFUSED

    assert (story.offers(), idle_engine.queries()) == (["withdrawn"], 0)


def approvals_claimed(engine: Engine, *, ago: timedelta) -> None:
    carry_out(
        engine.database,
        "UPDATE approval SET woken_at = clock_timestamp() - CAST(:ago AS interval)",
        ago=ago,
    )
