"""deleg.5: the review after a departure, on a real server: it runs, ends, and survives kills."""

import asyncio
from pathlib import Path

from temporalio.client import WorkflowExecutionStatus

from services.delegations import departures
from tests.builders.delegations import state_of
from tests.builders.departures import board, closes_in, review_id, reviews, told
from tests.builders.people import JAAN, TIIU
from tests.fixtures.engine import until
from tests.fixtures.patience import PATIENCE
from tests.fixtures.resend_stack import Resends
from tests.fixtures.worker_process import start, worker_process
from tests.workflows.delegations import review_stories as stories
from tests.workflows.delegations.stories import DAY


async def over(stack: Resends) -> None:
    async with asyncio.timeout(PATIENCE):
        await stories.handle(stack).result()


async def test_deleg_5_a_review_tells_and_ends_once_everything_is_confirmed(
    resending: Resends,
) -> None:
    delegation = await stories.begun(resending)
    await until(lambda: told(resending.database) == [(JAAN.code, "opened")])

    await stories.confirms(resending, delegation)

    await over(resending)
    assert reviews(resending.database) == ["completed"]
    assert state_of(resending.database, delegation) == ("active", None)


async def test_deleg_5_who_comes_during_a_review_is_told_and_it_goes_on(
    resending: Resends,
) -> None:
    await stories.begun(resending)
    await until(lambda: bool(told(resending.database)))

    board(resending.database, JAAN, TIIU, minute=2)
    closes_in(resending.database, 7 * DAY)
    await stories.wake(resending)

    both = sorted((who.code, "reminder 7") for who in (JAAN, TIIU))
    await until(lambda: told(resending.database)[1:] == both)
    description = await stories.handle(resending).describe()
    assert description.status is WorkflowExecutionStatus.RUNNING


async def test_deleg_5_a_giver_who_returns_ends_the_workflow(resending: Resends) -> None:
    delegation = await stories.begun(resending)

    await stories.is_cancelled(resending)

    await over(resending)
    assert reviews(resending.database) == ["cancelled"]
    assert state_of(resending.database, delegation) == ("active", None)


async def test_deleg_5_a_killed_worker_delays_a_review_and_ends_it_once(
    idle_resends: Resends, tmp_path: Path
) -> None:
    """Nobody starts it but a worker: it was opened by the register alone."""
    stack = idle_resends
    delegation = stories.left(stack)
    with worker_process(stack.variables, tmp_path) as worker:
        await until(lambda: bool(told(stack.database)))
        worker.kill()
        closes_in(stack.database, -DAY)
        before = state_of(stack.database, delegation)
        start(worker)
        await departures.wake(stack.engine, review_id(stack.database))
        await over(stack)

    assert before == ("active", None)
    assert state_of(stack.database, delegation) == ("ended", "delegation_review_lapsed")
    assert reviews(stack.database) == ["lapsed"]
    assert len(stack.events("departure_review:ended")) == 1
    assert told(stack.database) == [(JAAN.code, "opened")]
