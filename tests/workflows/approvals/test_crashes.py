"""joint.3: a worker is killed at any moment of an approval: its act is carried out once.

The points before and after each commit: tests/activities/approvals/test_check_register_crashes.py.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from dev.stack.supervised_process import RunningProgram
from domain.approvals.states import ApprovalState as State
from storage.registry import register_states
from tests.builders.people import JAAN
from tests.builders.rows import wait_until_blocked
from tests.fixtures.engine import Engine, until
from tests.fixtures.worker_process import notice, start, worker_process
from tests.workflows.approvals.stories import Story, begun, lapses_in

_LOCK_ACCOUNT = text("SELECT FROM account WHERE id = :id FOR NO KEY UPDATE")
pytestmark = pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")


@pytest.fixture
def worker(variables: dict[str, str], tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(variables, tmp_path) as process:
        yield process


async def crash_and_restart(story: Story, worker: RunningProgram) -> None:
    worker.kill()
    await notice(story.engine.client, story.handle)
    start(worker)


async def test_joint_3_killed_while_it_waits_for_confirmations(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    story = await begun(idle_engine)
    await until(lambda: bool(idle_engine.rows("SELECT FROM approval WHERE seen_at IS NOT NULL")))
    worker.kill()

    story.confirm(JAAN)
    await notice(idle_engine.client, story.handle)
    start(worker)

    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_3_killed_before_the_register_has_answered(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    story = await begun(idle_engine)
    idle_engine.register.fault("esindus", "timeout", times=1)
    story.confirm(JAAN)
    await until(lambda: not idle_engine.register.control("GET", "/faults"))

    await crash_and_restart(story, worker)

    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_3_killed_before_the_answer_is_applied(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    story = await begun(idle_engine)
    with idle_engine.database.transaction() as session:
        register_states.lock(session, [_company(idle_engine)])
        story.confirm(JAAN)
        wait_until_blocked(idle_engine.database, session)
        assert (story.offers(), idle_engine.queries()) == (["proposed"], 1)
        worker.kill()
    await notice(idle_engine.client, story.handle)
    start(worker)

    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_3_killed_while_the_act_is_carried_out(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    story = await begun(idle_engine)
    with idle_engine.database.transaction() as session:
        session.execute(_LOCK_ACCOUNT, {"id": story.office.id})
        story.confirm(JAAN)
        wait_until_blocked(idle_engine.database, session)
        worker.kill()
    await notice(idle_engine.client, story.handle)
    start(worker)

    assert await story.over() is State.CARRIED_OUT
    story.carried_out_once()


async def test_joint_5_killed_and_its_time_over_before_another_worker_starts(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    story = await begun(idle_engine)
    idle_engine.register.fault("esindus", "timeout", times=1)
    story.confirm(JAAN)
    await until(lambda: not idle_engine.register.control("GET", "/faults"))
    worker.kill()

    lapses_in(story, timedelta())
    await notice(idle_engine.client, story.handle)
    start(worker)

    assert await story.over() is State.LAPSED
    assert story.offers() == ["lapsed"]


def _company(engine: Engine) -> UUID:
    id_: UUID = engine.row("SELECT company_id AS id FROM approval").id
    return id_
