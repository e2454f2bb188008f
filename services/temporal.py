"""What use cases need of Temporal: start a workflow once, and know that Temporal is away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

log = structlog.get_logger(__name__)

_SECONDS = 5.0


class TemporalUnavailable(Exception):
    """Temporal cannot be reached. ``retry_after``: seconds after which it is worth trying again."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("workflows_unavailable")
        self.retry_after = retry_after


class StartWorkflow:
    """Starts a workflow once, however often it is asked to."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def __call__(
        self, run: Callable[[Any, Any], Awaitable[Any]], request: Any, workflow_id: str
    ) -> None:
        """Returns when Temporal has it. Raises TemporalUnavailable."""
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


@asynccontextmanager
async def reaching_temporal(seconds: float = _SECONDS) -> AsyncIterator[None]:
    """Raise TemporalUnavailable where Temporal does not answer, or not in time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (RPCError, RuntimeError, TimeoutError) as error:  # RuntimeError: it cannot be connected
        log.warning("temporal_unavailable", error=type(error).__name__)
        raise TemporalUnavailable from None
