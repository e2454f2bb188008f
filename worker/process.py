"""The worker's process: clients, then activities, then a Temporal worker for each task queue."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

import structlog
from prometheus_client import REGISTRY
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.metrics import ActivityMeters
from domain.task_queues import ACTIVITY_QUEUES, ActivityQueue, queue_of
from runtime.health_server import Readiness, internal_app
from runtime.http_server import serving
from runtime.payload_codec import PayloadCipher
from runtime.process import run_process, use_threads
from runtime.temporal_client import connect_when_up
from services.catalogue.publishing import publishing
from services.database_role import warn_of_power
from services.engine import Engine
from settings.processes import WorkerSettings
from storage.database import Database, open_pool
from worker.activities import activities
from worker.builders.registry import register_queries
from worker.name_targets import TargetNamer
from worker.reconcile_workflows import Reconciliation
from worker.registration import Activities, Registered
from worker.start_processes import ProcessStarter
from worker.task_queue_metrics import TaskQueueMetrics
from worker.tell_ended import EndTeller
from worker.wake_approvals import ApprovalWaker
from worker.wake_contracts import ContractWaker
from worker.wake_payments import PaymentWaker
from worker.wake_steps import StepWaker
from workflows.catalog import WORKFLOWS

BACKGROUND = 10
"""Threads, and connections, of what a worker does beside activities: checks, reconciliation."""

log = structlog.get_logger(__name__)


def build(
    client: Client,
    settings: WorkerSettings,
    todo: Activities,
    threads: ThreadPoolExecutor,
    queue: ActivityQueue | None = None,
) -> Worker:
    """Create the worker of this task queue; None: the workflows' own.

    Its build id is the release.
    """
    own = settings.task_queue
    return Worker(
        client,
        task_queue=own if queue is None else queue_of(own, queue),
        workflows=WORKFLOWS if queue is None else [],
        activities=todo,
        activity_executor=threads,
        interceptors=[ActivityMeters()],
        max_concurrent_activities=settings.slots(queue),
        max_concurrent_activity_task_polls=5 if queue is None else 2,
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion("volitus", version("volitus")),
            use_worker_versioning=False,
        ),
    )


@asynccontextmanager
async def workers(
    client: Client, settings: WorkerSettings, work: Registered
) -> AsyncIterator[None]:
    """Run a worker on the workflows' own task queue and on each other, while the block runs.

    Each has slots of its own, so that what waits for an outside system delays no other work.
    """
    async with AsyncExitStack() as stack:
        running = []
        for queue, todo in work.items():
            threads = ThreadPoolExecutor(settings.slots(queue), queue or "activity")
            worker = build(client, settings, todo, stack.enter_context(threads), queue)
            running.append(await stack.enter_async_context(worker))
        yield
        await asyncio.gather(*(worker.shutdown() for worker in running))


def worker_pool(settings: WorkerSettings) -> AbstractContextManager[Database]:
    """The worker's pool: a connection for each activity slot and each background thread.

    An activity uses one connection at a time, so none waits for another's.
    """
    slots = sum(settings.slots(queue) for queue in (None, *ACTIVITY_QUEUES))
    return open_pool(
        settings.database,
        "volitus-worker",
        pool_size=settings.database.pool_size,
        most=slots + BACKGROUND,
    )


async def run(settings: WorkerSettings, stop: asyncio.Event) -> None:
    """Run until ``stop`` is set; tasks in progress get 10 s.

    Temporal may start later than the worker: until it answers, nothing else is started.
    """
    with worker_pool(settings) as database:
        use_threads(BACKGROUND)
        await warn_of_power(database)
        cipher = PayloadCipher.of(settings.payload)
        client = await connect_when_up(settings.temporal, cipher, stop)
        if client is not None:
            engine = Engine(database, client, settings.task_queue)
            async with publishing(database, settings.catalogue, stop):
                await _work(settings, engine, stop)


async def _work(settings: WorkerSettings, engine: Engine, stop: asyncio.Event) -> None:
    client, queue = engine.temporal, engine.task_queue
    internal = internal_app(Readiness(engine.checks()), REGISTRY)
    starter, waker = ProcessStarter(engine), StepWaker(engine, settings.step_rules())
    reconciliation = Reconciliation(
        engine, every=settings.reconcile.every, rate=settings.reconcile.rate
    )
    with activities(settings, engine.database) as work:
        queues = TaskQueueMetrics(client, queue, ACTIVITY_QUEUES)
        async with (
            serving(internal, settings.internal.host, settings.internal.port),
            workers(client, settings, work),
            starter.running(),
            waker.running(),
            EndTeller(engine).running(),
            TargetNamer(engine, settings.targets()).running(),
            ApprovalWaker(engine, settings.joint_approval).running(),
            ContractWaker(engine).running(),
            PaymentWaker(engine).running(),
            reconciliation.running(),
            queues.running(),
            register_queries(settings, engine.database).running(),
        ):
            # Queries to the register have a pool of their own.
            connections = engine.database.connections + 2 * settings.commercial_register.at_once
            log.info("worker_started", task_queue=queue, connections=connections)
            await stop.wait()
            log.info("worker_stopping")


def main() -> None:
    """Entry of `python -m worker` and `volitus worker`."""
    run_process(WorkerSettings, run)
