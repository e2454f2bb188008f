"""The scheduler's process: starts syncs and checks by the clock, sweeps, seals the history."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from prometheus_client import REGISTRY

from domain.registry.sync import SyncSource
from registry_sync.estonia.representation import TALLINN
from registry_sync.scheduler.chain_heads import HeadPublisher
from registry_sync.scheduler.schedule import Job, Schedule, Timed
from runtime.health_server import Readiness, internal_app
from runtime.http_server import serving
from runtime.payload_codec import PayloadCipher
from runtime.process import run_process, use_threads
from runtime.temporal_client import connect_to
from runtime.threads import on_thread
from services import sweeps
from services.audit.head_signatures import HeadSigner
from services.database_role import warn_of_power
from services.engine import Engine
from services.inventory import drift_checks
from services.payments import statements
from services.registry.start_sync import start_sync
from services.retention import tidy
from services.sweeps import SweepRules
from settings.processes import SchedulerSettings
from storage.audit import hash_chain
from storage.database import LOST, Database, open_pool

_SEAL_SECONDS = 1
_SWEEP_SECONDS = 30
_TIDY_SECONDS = 3600

log = structlog.get_logger(__name__)


async def run(settings: SchedulerSettings, stop: asyncio.Event) -> None:
    """Keep the schedule until ``stop`` is set.

    Several schedulers may run: each scheduled time starts one workflow. A scheduler starts without
    Temporal, and tries to reach it at each scheduled time.
    """
    with open_pool(settings.database, "volitus-scheduler") as database:
        use_threads(database.connections)
        cipher = PayloadCipher.of(settings.payload)
        client = await connect_to(settings.temporal, cipher, lazy=True)
        engine = Engine(database, client, settings.task_queue)
        await warn_of_power(database)
        internal = internal_app(Readiness(engine.checks()), REGISTRY)
        publisher = HeadPublisher(database, HeadSigner(settings.event.private_key()))
        async with (
            serving(internal, settings.internal.host, settings.internal.port),
            publisher.running(),
        ):
            await _keep_time(settings, engine, stop)


async def _keep_time(settings: SchedulerSettings, engine: Engine, stop: asyncio.Event) -> None:
    timed = _timed(settings, engine)
    schedule = Schedule(timed, grace=settings.sync.misfire_grace)

    housekeeping = {
        _SEAL_SECONDS: _in_database(hash_chain.seal_all, engine.database),
        _SWEEP_SECONDS: _in_database(_sweeping(settings), engine.database),
        _TIDY_SECONDS: _in_database(tidy, engine.database),
    }
    scheduler = schedule.scheduler(housekeeping)
    scheduler.start()
    catching_up = asyncio.create_task(schedule.catch_up(datetime.now(UTC)))
    log.info("scheduler_started", times={name: each.times for name, each in timed.items()})
    await stop.wait()
    catching_up.cancel()
    scheduler.shutdown(wait=False)
    log.info("scheduler_stopping")


def _timed(settings: SchedulerSettings, engine: Engine) -> dict[str, Timed]:
    """What starts by the clock: sources of the register, the check for drift, bank statements."""
    file, changes, check = settings.sync.times()
    sources = {SyncSource.FILE: file, SyncSource.CHANGES: changes, SyncSource.CHECK: check}
    syncs = {
        str(source): Timed(times, TALLINN, partial(start_sync, engine, source))
        for source, times in sources.items()
    }
    drift = Timed(settings.drift.time(), settings.zone, partial(drift_checks.start, engine))
    read = Timed(settings.payment.time(), settings.zone, partial(statements.start, engine))
    return {**syncs, "drift": drift, "statements": read}


def _sweeping(settings: SchedulerSettings) -> Callable[[Database], None]:
    drift = settings.drift.repairs_at_once
    rules = SweepRules(settings.zone, settings.suspension.ends_after, drift)

    def sweep(database: Database) -> None:
        sweeps.run(database, rules)

    return sweep


def _in_database(work: Callable[[Database], object], database: Database) -> Job:
    async def job() -> None:
        try:
            await on_thread(partial(work, database))
        except LOST:
            log.warning("housekeeping_waits", job=work.__name__)

    return job


def main() -> None:
    """Entry of `python -m registry_sync` and `volitus scheduler`."""
    run_process(SchedulerSettings, run)
