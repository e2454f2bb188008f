"""The product's workers, and bare workers with the same options beside them."""

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from domain.task_queues import ActivityQueue, queue_of
from settings.processes import WorkerSettings
from worker import process
from worker.registration import Registered

BARE = "bare"
"""The task queue of bare workflows and activities."""
_THREADS = 20


@asynccontextmanager
async def working(
    client: Client,
    settings: WorkerSettings,
    work: Registered,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
) -> AsyncIterator[None]:
    """Run ``work`` on its task queues, the rest on ``bare`` and a queue like each of the others."""
    async with AsyncExitStack() as stack:
        for queue, todo in work.items():
            threads = stack.enter_context(ThreadPoolExecutor(_THREADS))
            product = process.build(client, settings, todo, threads, queue)
            await stack.enter_async_context(product)
            same: Any = product.config() | {"task_queue": _bare(queue), "activities": activities}
            if queue is None:
                same["workflows"] = workflows
            await stack.enter_async_context(Worker(**same))
        yield


def _bare(queue: ActivityQueue | None) -> str:
    return BARE if queue is None else queue_of(BARE, queue)
