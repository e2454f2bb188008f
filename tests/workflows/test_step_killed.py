"""A worker process that is killed when the network did what it asked, and had not answered."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.exceptions import ApplicationError

from access import resync
from dev.program import Program, RunningProgram, answers
from tests.engine import until
from tests.ports import free_port
from tests.resyncs import Resyncs


@pytest.fixture
def worker(idle_resyncs: Resyncs, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    port = str(free_port())
    process = RunningProgram(
        Program(
            "worker",
            [sys.executable, "-m", "worker"],
            tmp_path / "worker.log",
            answers(f"http://127.0.0.1:{port}/readyz"),
            {**idle_resyncs.variables, "VOLITUS_INTERNAL_PORT": port},
        )
    )
    start(process)
    yield process
    process.stop()


def start(process: RunningProgram) -> None:
    process.start()
    process.wait_until_ready(time.monotonic() + 30)


async def test_killed_when_the_network_has_done_it(
    idle_resyncs: Resyncs, worker: RunningProgram
) -> None:
    resyncs = idle_resyncs
    (service,) = resyncs.services(1)
    resyncs.network.fault("delay_after", source="activation", seconds=60, times=1)
    asked = await resyncs.ask(service.id)
    await until(lambda: len(resyncs.network.applied(service=str(service.id))) == 1)
    assert resyncs.steps(asked)["configure"] == "sending"

    worker.kill()
    await _notice(resyncs, resync.workflow_id(asked))
    start(worker)
    ended = await resyncs.ended(asked)

    keys = [each["key"] for each in resyncs.network.applied(service=str(service.id))]
    steps = resync.steps_of(asked, service.id, service.account_id)
    assert keys == [step.key(1) for step in steps[1:]]
    assert (ended.state, resyncs.listed(asked)) == ("succeeded", [])
    (configured,) = resyncs.rows("SELECT tries FROM step WHERE id = :id", id=steps[1].id)
    assert configured.tries == 2  # it was asked about


async def _notice(resyncs: Resyncs, workflow_id: str) -> None:
    """Tell Temporal now what it would find out by itself, when the attempt's time is over."""
    execution = WorkflowExecution(workflow_id=workflow_id)
    await resyncs.client.workflow_service.reset_sticky_task_queue(
        ResetStickyTaskQueueRequest(namespace="default", execution=execution)
    )
    handle = resyncs.client.get_workflow_handle(workflow_id)
    description = (await handle.describe()).raw_description
    for each in description.pending_activities:
        pending = resyncs.client.get_async_activity_handle(
            workflow_id=workflow_id, run_id=None, activity_id=each.activity_id
        )
        await pending.fail(ApplicationError("the worker died"))
