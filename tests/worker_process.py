"""A worker as a process of its own, to be killed and started again."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError

from dev.program import Program, RunningProgram, answers
from tests.ports import free_port


@contextmanager
def worker_process(variables: Mapping[str, str], folder: Path) -> Iterator[RunningProgram]:
    """One with these settings, that is ready."""
    port = str(free_port())
    process = RunningProgram(
        Program(
            "worker",
            [sys.executable, "-m", "worker"],
            folder / "worker.log",
            answers(f"http://127.0.0.1:{port}/readyz"),
            {**variables, "VOLITUS_INTERNAL_PORT": port},
        )
    )
    start(process)
    yield process
    process.stop()


def start(process: RunningProgram) -> None:
    """Start it (again), and wait until it is ready."""
    process.start()
    process.wait_until_ready(time.monotonic() + 30)


async def notice(client: Client, handle: WorkflowHandle[Any, Any]) -> None:
    """Tell Temporal now what it finds out by itself: ten seconds, and a heartbeat, later."""
    execution = WorkflowExecution(workflow_id=handle.id)
    await client.workflow_service.reset_sticky_task_queue(
        ResetStickyTaskQueueRequest(namespace="default", execution=execution)
    )
    description = (await handle.describe()).raw_description
    for each in description.pending_activities:
        pending = client.get_async_activity_handle(
            workflow_id=handle.id, run_id=None, activity_id=each.activity_id
        )
        await pending.fail(ApplicationError("the worker died"))
