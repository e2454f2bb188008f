"""How long Temporal's task queues are, measured by every worker beside its work."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.provisioning.targets import Target
from runtime.periodic import run_periodically
from workflows.provisioning.step_process import queue_of

log = structlog.get_logger(__name__)

_EVERY = 15
_PATIENCE = timedelta(seconds=5)
_KINDS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}
_LABELS = ("queue", "kind")
BACKLOG = Gauge("volitus_task_queue_backlog", "Tasks that no worker has taken.", _LABELS)
BACKLOG_AGE = Gauge(
    "volitus_task_queue_backlog_age_seconds", "How long the oldest of them waits.", _LABELS
)
POLLERS = Gauge("volitus_task_queue_pollers", "Workers that ask for tasks.", _LABELS)


class QueueWatch:
    """Measures every 15 seconds. What cannot be measured is not told at all."""

    def __init__(self, client: Client, task_queue: str, targets: Iterable[Target]) -> None:
        self._client = client
        own = [(task_queue, kind) for kind in _KINDS]
        # Workflows are on the one queue only; those of targets have activities.
        self._queues = [*own, *((queue_of(task_queue, each), "activity") for each in targets)]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Measure while the block runs."""
        async with run_periodically(self._look_well, lambda: _EVERY):
            yield
        self._forget()

    async def _look_well(self) -> None:
        try:
            await self.look()
        except (RPCError, RuntimeError) as error:  # RuntimeError: it cannot be connected to
            self._forget()
            log.warning("queue_watch_hindered", error=type(error).__name__)

    async def look(self) -> None:
        """Measure each once."""
        for queue, kind in self._queues:
            await self._measure(queue, kind)

    async def _measure(self, queue: str, kind: str) -> None:
        asked = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=_KINDS[kind],
            report_stats=True,
        )
        told = await self._client.workflow_service.describe_task_queue(asked, timeout=_PATIENCE)
        stats = told.stats
        BACKLOG.labels(queue, kind).set(stats.approximate_backlog_count)
        age = stats.approximate_backlog_age.ToTimedelta().total_seconds()
        BACKLOG_AGE.labels(queue, kind).set(age)
        POLLERS.labels(queue, kind).set(len(told.pollers))

    @staticmethod
    def _forget() -> None:
        for gauge in (BACKLOG, BACKLOG_AGE, POLLERS):
            gauge.clear()
