"""The scheduler: says when to read the register, and seals the history every second."""

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError
from temporalio.client import Client

from activities.registry.sync_runs import Source
from registry_sync.estonia.representation import TALLINN
from registry_sync.scheduler.schedule import Job, SyncSchedule
from runtime import logs
from runtime.health_server import Readiness, internal_app, serving
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect, temporal_check
from settings import Settings
from storage.audit import hash_chain
from storage.database import Database
from storage.health import database_check, migrations_check
from storage.retention import tidy

_SEAL_SECONDS = 1
_TIDY_SECONDS = 3600

log = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """Keep the schedule until told to stop. Several may run: each time starts one workflow."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = Database(
        settings.database_url.get_secret_value(), pool_size=2, name="volitus-scheduler"
    )
    client = await _client(settings)
    checks = {
        "database": database_check(database),
        "migrations": migrations_check(database),
        "temporal": temporal_check(client),
    }
    internal = internal_app(Readiness(checks), REGISTRY)
    async with serving(internal, settings.internal_host, settings.internal_port):
        await _keep_time(settings, database, client, stop)
    database.close()


async def _client(settings: Settings) -> Client:
    # Lazy: the scheduler starts without Temporal and tries again at each time it has to start one.
    return await connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        cipher=PayloadCipher(settings.payload_key_ring(), settings.payload_key_current),
        tls=settings.temporal_tls,
        api_key=settings.temporal_key(),
        lazy=True,
    )


async def _keep_time(
    settings: Settings, database: Database, client: Client, stop: asyncio.Event
) -> None:
    times: dict[Source, str] = {
        "file": settings.sync_file_at,
        "changes": settings.sync_changes_at,
        "check": settings.sync_check_at,
    }
    schedule = SyncSchedule(
        client, settings.task_queue, times, zone=TALLINN, grace=settings.sync_misfire_grace
    )

    housekeeping = {
        _SEAL_SECONDS: _in_database(hash_chain.seal_all, database),
        _TIDY_SECONDS: _in_database(tidy, database),
    }
    scheduler = schedule.scheduler(housekeeping)
    scheduler.start()
    catching_up = asyncio.create_task(schedule.catch_up(datetime.now(UTC)))
    log.info("scheduler_started", times=times)
    await stop.wait()
    catching_up.cancel()
    scheduler.shutdown(wait=False)
    log.info("scheduler_stopping")


def _in_database(work: Callable[[Database], object], database: Database) -> Job:
    async def job() -> None:
        try:
            await asyncio.to_thread(work, database)
        except OperationalError:
            log.warning("housekeeping_waits", job=work.__name__)

    return job


def main() -> None:
    """Entry of `python -m registry_sync` and `volitus scheduler`."""
    settings = Settings.for_process()
    logs.configure(settings.log_level, settings.log_format, "scheduler")
    asyncio.run(run(settings))
