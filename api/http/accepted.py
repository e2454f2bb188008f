"""Starting workflows: what takes time is accepted, and goes on without the caller."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from sqlalchemy import Row
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.http import idempotency, problems
from api.http.idempotency import Done
from api.http.problems import Problem, Responses
from api.http.schemas import Shape
from services.launcher import start_operation

log = structlog.get_logger(__name__)

_TEXT = {"type": "string"}

UNAVAILABLE = problems.documented("workflows_unavailable")
RESPONSES: Responses = {
    202: {
        "headers": {
            "Location": {"description": "Where to ask how far it is.", "schema": _TEXT},
            "Retry-After": {"description": "After how many seconds.", "schema": _TEXT},
        }
    },
    **idempotency.RESPONSES,
    **UNAVAILABLE,
}
_SECONDS = 5.0


class StartWorkflow:
    """Starts a workflow once, however often it is asked to."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def __call__(
        self, run: Callable[[Any, Any], Awaitable[Any]], request: Any, workflow_id: str
    ) -> None:
        """Returns when Temporal has it. Raises Problem where Temporal cannot be reached."""
        async with reaching_temporal():
            try:
                await self._client.start_workflow(
                    run,
                    request,
                    id=workflow_id,
                    task_queue=self._task_queue,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                )
            except WorkflowAlreadyStartedError:
                log.info("workflow_started_before", workflow_id=workflow_id)

    async def operation(self, row: Row[Any]) -> None:
        """Start the workflow of an operation that is written down.

        Where Temporal cannot be reached, the caretaker starts it once it can.
        """
        with suppress(Problem):
            async with reaching_temporal():
                await start_operation(self._client, self._task_queue, row)


@asynccontextmanager
async def reaching_temporal(seconds: float = _SECONDS) -> AsyncIterator[None]:
    """Turns what is raised where Temporal does not answer, or not in time, into a problem."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (RPCError, RuntimeError, TimeoutError) as error:  # RuntimeError: it cannot be connected
        log.warning("temporal_unavailable", error=type(error).__name__)
        raise Problem("workflows_unavailable", headers={"Retry-After": "5"}) from None


def accepted(location: str, shown: Shape) -> Done:
    """202: it has begun, and can be followed at ``location``."""
    headers = {"Location": location, "Retry-After": "1"}
    return Done(202, shown.model_dump(mode="json"), headers)


async def _starter(request: Request) -> StartWorkflow:
    starter: StartWorkflow = request.app.state.starter
    return starter


Starter = Annotated[StartWorkflow, Depends(_starter)]
