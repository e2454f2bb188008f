"""Metrics of Temporal's task queues: backlog, its age, and pollers. Every worker measures them."""

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

from domain.task_queues import ActivityQueue, queue_of
from runtime.periodic import run_periodically

log = structlog.get_logger(__name__)

_INTERVAL_SECONDS = 15
_TIMEOUT = timedelta(seconds=5)
_KINDS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}
_LABELS = ("queue", "kind")
BACKLOG = Gauge("volitus_task_queue_backlog", "Tasks that no worker has taken.", _LABELS)
BACKLOG_AGE = Gauge(
    "volitus_task_queue_backlog_age_seconds",
    "Age of the oldest task that no worker has taken.",
    _LABELS,
)
POLLERS = Gauge("volitus_task_queue_pollers", "Workers that poll for tasks.", _LABELS)


class TaskQueueMetrics:
    """Measures every 15 s. A worker that cannot measure reports no values, rather than old ones."""

    def __init__(self, client: Client, task_queue: str, queues: Iterable[ActivityQueue]) -> None:
        self._client = client
        own = [(task_queue, kind) for kind in _KINDS]
        # Workflows run on the own queue only; the others have activities.
        self._queues = [*own, *((queue_of(task_queue, each), "activity") for each in queues)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Measure while the block runs."""
        async with run_periodically(self._measure_safely, lambda: _INTERVAL_SECONDS):
            yield
        self._clear()

    async def _measure_safely(self) -> None:
        try:
            await self.measure()
        except (RPCError, RuntimeError) as error:  # RuntimeError: no connection
            self._clear()
            log.warning("task_queues_not_measured", error=type(error).__name__)

    async def measure(self) -> None:
        """Measure each queue once."""
        for queue, kind in self._queues:
            await self._measure_queue(queue, kind)

    async def _measure_queue(self, queue: str, kind: str) -> None:
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=_KINDS[kind],
            report_stats=True,
        )
        queue_state = await self._client.workflow_service.describe_task_queue(
            request, timeout=_TIMEOUT
        )
        stats = queue_state.stats
        BACKLOG.labels(queue, kind).set(stats.approximate_backlog_count)
        age = stats.approximate_backlog_age.ToTimedelta().total_seconds()
        BACKLOG_AGE.labels(queue, kind).set(age)
        POLLERS.labels(queue, kind).set(len(queue_state.pollers))

    @staticmethod
    def _clear() -> None:
        for gauge in (BACKLOG, BACKLOG_AGE, POLLERS):
            gauge.clear()
