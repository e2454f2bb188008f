"""The worker: clients, then activities, then a Worker for each task queue."""

import asyncio
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from importlib.metadata import version

import structlog
from prometheus_client import REGISTRY
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.metrics import ActivityMeters
from domain.provisioning.targets import Target
from runtime import logs
from runtime.health_server import Readiness, internal_app, serving
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect, temporal_check
from settings import Settings
from storage.database import Database
from storage.health import database_check, migrations_check
from worker.activities import Activities, Work, activities
from worker.reconcile_workflows import Reconciliation
from worker.task_queue_metrics import QueueWatch
from worker.wake_steps import Caretaker
from workflows.numbers.number_verification import NumberVerification
from workflows.ops.bulk_retry import BulkRetry
from workflows.provisioning.service_resend import ServiceResend
from workflows.provisioning.step_process import queue_of
from workflows.registry.person_refresh import PersonRefresh
from workflows.registry.register_sync import RegisterSync

WORKFLOWS = [BulkRetry, NumberVerification, PersonRefresh, RegisterSync, ServiceResend]
_THREADS = 20
_RETRY_SECONDS = 2

log = structlog.get_logger(__name__)


def build(
    client: Client,
    settings: Settings,
    todo: Activities,
    threads: ThreadPoolExecutor,
    target: Target | None = None,
) -> Worker:
    """A worker on a target's task queue, or on the workflows' own; the build is the release."""
    queue = settings.task_queue
    return Worker(
        client,
        task_queue=queue if target is None else queue_of(queue, target),
        workflows=WORKFLOWS if target is None else [],
        activities=todo,
        activity_executor=threads,
        interceptors=[ActivityMeters()],
        max_concurrent_activities=_slots(settings, target),
        max_concurrent_activity_task_polls=5 if target is None else 2,
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion("volitus", version("volitus")),
            use_worker_versioning=False,
        ),
    )


def _slots(settings: Settings, target: Target | None) -> int:
    return _THREADS if target is None else settings.target_slots


@asynccontextmanager
async def workers(client: Client, settings: Settings, work: Work) -> AsyncIterator[None]:
    """Work while the block runs: on the workflows' own task queue, and on each target's.

    A target has slots of its own, so its outage keeps nobody else's work waiting.
    """
    async with AsyncExitStack() as stack:
        running = []
        for target, todo in work.items():
            threads = ThreadPoolExecutor(_slots(settings, target), target or "activity")
            worker = build(client, settings, todo, stack.enter_context(threads), target)
            running.append(await stack.enter_async_context(worker))
        yield
        await asyncio.gather(*(worker.shutdown() for worker in running))


async def run(settings: Settings) -> None:
    """Work until told to stop; what is in hand gets ten seconds to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        name="volitus-worker",
    )
    client = await connected(settings, stop)
    if client is not None:
        await _work(settings, database, client, stop)
    database.close()


async def connected(settings: Settings, stop: asyncio.Event) -> Client | None:
    """Temporal may start after us: try until it is there. None: told to stop before that."""
    cipher = PayloadCipher(settings.payload_key_ring(), settings.payload_key_current)
    while not stop.is_set():
        try:
            return await connect(
                settings.temporal_address,
                namespace=settings.temporal_namespace,
                cipher=cipher,
                tls=settings.temporal_tls,
                api_key=settings.temporal_key(),
            )
        except RuntimeError:
            log.warning("temporal_unreachable", address=settings.temporal_address)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)
    return None


async def _work(
    settings: Settings, database: Database, client: Client, stop: asyncio.Event
) -> None:
    checks = {
        "database": database_check(database),
        "migrations": migrations_check(database),
        "temporal": temporal_check(client),
    }
    internal = internal_app(Readiness(checks), REGISTRY)
    caretaker = Caretaker(database, client, settings.task_queue, settings.step_rules())
    reconciliation = Reconciliation(database, client, settings.reconcile_every)
    with activities(settings, database) as work:
        watch = QueueWatch(client, settings.task_queue, [target for target in work if target])
        async with (
            serving(internal, settings.internal_host, settings.internal_port),
            workers(client, settings, work),
            caretaker.taking_care(),
            reconciliation.going_on(),
            watch.watching(),
        ):
            log.info("worker_started", task_queue=settings.task_queue)
            await stop.wait()
            log.info("worker_stopping")


def main() -> None:
    """Entry of `python -m worker` and `volitus worker`."""
    settings = Settings.for_process()
    logs.configure(settings.log_level, settings.log_format, "worker")
    asyncio.run(run(settings))
