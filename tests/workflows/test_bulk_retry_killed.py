"""A retry in bulk whose worker dies in the middle of a row: another goes on from that row."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dev.program import Program, RunningProgram, answers
from tests.api.front import NOBODY_LISTENS
from tests.engine import until
from tests.ports import free_port
from tests.resyncs import Resyncs
from tests.running import environment
from tests.storage.telling import rows
from tests.stuck_rows import decided_by, put_stuck
from tests.workflows.test_bulk_retry import begin, done, results
from tests.workflows.test_worker_killed import notice, start


@pytest.fixture
def worker(idle_resyncs: Resyncs, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    port, settings = str(free_port()), idle_resyncs.settings
    variables = environment(
        settings.database_url.get_secret_value(),
        settings.temporal_address,
        f"http://{NOBODY_LISTENS}",
        tmp_path / "data",
    )
    process = RunningProgram(
        Program(
            "worker",
            [sys.executable, "-m", "worker"],
            tmp_path / "worker.log",
            answers(f"http://127.0.0.1:{port}/readyz"),
            {
                **variables,
                "VOLITUS_TASK_QUEUE": settings.task_queue,
                "VOLITUS_INTERNAL_PORT": port,
            },
        )
    )
    start(process)
    yield process
    process.stop()


async def test_no_row_is_retried_twice_or_left_out(
    idle_resyncs: Resyncs, worker: RunningProgram
) -> None:
    database = idle_resyncs.database
    ids = put_stuck(database, 60)
    with database.transaction() as session:
        # It comes to this row and no further, for as long as somebody holds it.
        session.execute(text("SELECT FROM stuck WHERE id = :id FOR UPDATE"), {"id": ids[30]})
        operation = await begin(idle_resyncs, rate=100)
        await done(idle_resyncs, operation, 30)
        await until(lambda: bool(rows(database, _BLOCKED)))
        worker.kill()
    half = [row.result for row in results(idle_resyncs, operation)]

    await notice(
        idle_resyncs.client, idle_resyncs.client.get_workflow_handle(f"bulk_retry/{operation}")
    )
    start(worker)
    ended = await idle_resyncs.ended(operation)

    assert half == ["retried"] * 30 + [None] * 30
    assert (ended.state, ended.result["retried"]) == ("succeeded", 60)
    assert ended.progress == {"done": 60, "total": 60}
    assert decided_by(database) == {id_: ["bulk"] for id_ in ids}
    assert len(idle_resyncs.events("bulk_retry:ended")) == 1


_BLOCKED = (
    "SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND application_name = 'volitus-worker'"
)
