"""deleg.10: the ceremony of an offer: reminders, acceptance, lapse; on a real server."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from domain.accounts import AccountStatus
from tests.builders.delegations import OFFICE, Given, state_of
from tests.builders.rows import put
from tests.fixtures.engine import until
from tests.fixtures.patience import PATIENCE
from tests.fixtures.resend_stack import Resends
from tests.fixtures.worker_process import notice, start, worker_process
from tests.workflows.delegations.stories import (
    accepts,
    begun,
    handle,
    lapses_in,
    may_accept,
)

DAY = timedelta(days=1)


async def over(stack: Resends, given: Given) -> None:
    async with asyncio.timeout(PATIENCE):
        await handle(stack, given).result()


def notices(stack: Resends) -> list[str]:
    found = stack.rows(
        "SELECT occasion FROM notice WHERE kind = 'delegation_offered' AND occasion LIKE '1 %'"
        " ORDER BY created_at"
    )
    return [row.occasion for row in found]


async def test_deleg_10_acceptance_ends_the_ceremony_and_no_workflow_stays(
    resending: Resends,
) -> None:
    given = await begun(resending)

    await accepts(resending, given)

    await over(resending, given)
    assert state_of(resending.database, given) == ("active", None)
    (process,) = resending.rows("SELECT ended_at FROM process WHERE type = 'delegation'")
    assert process.ended_at is not None


async def test_deleg_10_an_offer_that_ends_with_what_it_hangs_on_leaves_no_workflow(
    resending: Resends,
) -> None:
    given = await begun(resending)

    put(resending.database, replace(OFFICE, status=AccountStatus.CLOSED))

    await over(resending, given)
    assert state_of(resending.database, given) == ("ended", "delegation_account_closed")
    told = "SELECT FROM process WHERE type = 'delegation' AND told_at IS NOT NULL"
    await until(lambda: bool(resending.rows(told)))


async def test_deleg_10_an_offer_that_nobody_answers_lapses_and_is_forgotten(
    resending: Resends,
) -> None:
    given = await begun(resending)
    lapses_in(resending, given, timedelta())

    lapsed = not await may_accept(resending, given)
    with suppress(RPCError):  # a worker may have told it first, and it is over
        await handle(resending, given).signal("answered")
    await over(resending, given)

    assert lapsed, "before any workflow looked"
    assert state_of(resending.database, given) == ("lapsed", "delegation_lapsed")
    (row,) = resending.rows("SELECT receiver_id FROM delegation")
    assert row.receiver_id is None


async def test_deleg_10_the_receiver_is_reminded_once_for_each_moment(resending: Resends) -> None:
    given = await begun(resending)
    before = notices(resending)
    for left, expected in ((3 * DAY, ["1 3"]), (2 * DAY, ["1 3"]), (DAY, ["1 3", "1 1"])):
        lapses_in(resending, given, left - timedelta(minutes=1))
        for _ in range(2):
            await looked(resending, given)
        assert notices(resending) == expected
    description = await handle(resending, given).describe()

    assert before == []
    assert description.status is WorkflowExecutionStatus.RUNNING


async def looked(stack: Resends, given: Given) -> None:
    """Signal the ceremony, and wait until its activity has run once more."""
    so_far = await _looks(stack, given)

    async def more() -> bool:
        return await _looks(stack, given) > so_far

    await handle(stack, given).signal("answered")
    await until(more)


async def _looks(stack: Resends, given: Given) -> int:
    history = await handle(stack, given).fetch_history()
    return sum(
        event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED for event in history.events
    )


async def test_deleg_10_a_killed_worker_delays_no_date_and_lapses_once(
    idle_resends: Resends, tmp_path: Path
) -> None:
    stack = idle_resends
    given = await begun(stack)
    with worker_process(stack.variables, tmp_path) as worker:
        await until(lambda: bool(stack.rows("SELECT FROM process WHERE started_at IS NOT NULL")))
        worker.kill()
        lapses_in(stack, given, timedelta())
        refused = not await may_accept(stack, given)
        await notice(stack.client, handle(stack, given))
        start(worker)
        await handle(stack, given).signal("answered")
        await over(stack, given)

    assert refused
    assert len(stack.events("delegation:lapsed")) == 1
