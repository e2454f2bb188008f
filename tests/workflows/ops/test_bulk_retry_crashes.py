"""A bulk retry whose worker dies in the middle of an item: another resumes at that item."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dev.stack.supervised_process import RunningProgram
from tests.builders.bulk_retries import begin, done, results
from tests.builders.rows import rows
from tests.builders.stuck_rows import decided_by, put_stuck
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resends
from tests.fixtures.worker_process import notice, start, worker_process


@pytest.fixture
def worker(idle_resends: Resends, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_resends.variables, tmp_path) as process:
        yield process


async def test_no_row_is_retried_twice_or_left_out(
    idle_resends: Resends, worker: RunningProgram
) -> None:
    database = idle_resends.database
    ids = put_stuck(database, 60)
    with database.transaction() as session:
        # The bulk retry stops at this item while its row is locked.
        session.execute(text("SELECT FROM stuck WHERE id = :id FOR UPDATE"), {"id": ids[30]})
        operation = await begin(idle_resends, rate=100)
        await done(idle_resends, operation, 30)
        await until(lambda: bool(rows(database, _BLOCKED)))
        worker.kill()
    half = [row.result for row in results(idle_resends, operation)]

    await notice(
        idle_resends.client, idle_resends.client.get_workflow_handle(f"bulk_retry/{operation}")
    )
    start(worker)
    ended = await idle_resends.ended(operation)

    assert half == ["retried"] * 30 + [None] * 30
    assert (ended.state, ended.result["retried"]) == ("succeeded", 60)
    assert ended.progress == {"done": 60, "total": 60}
    assert decided_by(database) == {id_: ["bulk"] for id_ in ids}
    assert len(idle_resends.events("bulk_retry:ended")) == 1


_BLOCKED = (
    "SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND application_name = 'volitus-worker'"
)
