"""The worker: clients, then activities, then Worker. Its list of activities is what is done."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Any

import httpx
import structlog
from prometheus_client import REGISTRY
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from access.register import Defect
from activities import logs
from activities.applying import Applying, HoldLimits
from activities.asking import ASIDE, Asking
from activities.finding import Finding
from activities.messente import Messente
from activities.number_verification import CodePaper, NumberVerifying
from activities.refreshing import Refreshing
from activities.sim_swap import CamaraSimSwap, NoSimSwap, SimSwap
from activities.sync_runs import SyncRuns
from registry_sync.bulk import BulkComparison, FileLimits
from registry_sync.estonia.change_list import OPERATION as CHANGE_LIST
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.open_data import OpenDataFile
from registry_sync.estonia.representation import TALLINN
from registry_sync.estonia.soap import SoapService
from registry_sync.feed import RegisterFeed
from settings import Settings
from storage import aside
from storage.budget import RegisterBudget
from storage.database import Database
from workflows.connection import connect
from workflows.encryption import PayloadCipher
from workflows.number_verification import NumberVerification
from workflows.observing import (
    Readiness,
    database_check,
    internal_app,
    migrations_check,
    serving,
    temporal_check,
)
from workflows.person_refresh import PersonRefresh
from workflows.register_sync import RegisterSync

WORKFLOWS = [NumberVerification, PersonRefresh, RegisterSync]
_THREADS = 20
_RETRY_SECONDS = 2

log = structlog.get_logger(__name__)


@contextmanager
def activities(settings: Settings, database: Database) -> Iterator[Sequence[Callable[..., Any]]]:
    """Every activity, over clients that close again."""
    timeout = httpx.Timeout(settings.register_timeout.total_seconds(), connect=5)
    with httpx.Client(timeout=timeout) as http:
        # People who wait may spend all of the day's questions; sync leaves them some.
        register = estonian_register(settings, database, http)
        patient = estonian_register(settings, database, http, reserve=settings.register_reserve)
        file = estonian_file(settings, http)
        limits = HoldLimits(settings.sync_hold_share, settings.sync_hold_least)
        sync_runs = SyncRuns(database)
        finding = Finding(
            database,
            patient,
            BulkComparison(database, file, FileLimits(settings.sync_min_companies)),
            RegisterFeed(database, CHANGE_LIST, EstonianRegister.country),
        )
        asking = Asking(database, patient, file.source)
        applying = Applying(
            database, limits, source=EstonianRegister.country, batch=settings.sync_batch
        )
        refreshing = Refreshing(database, register)
        verifying = number_verifying(settings, database, http)
        yield [
            sync_runs.open_run,
            finding.fetch_file,
            finding.compare_file,
            finding.read_changes,
            finding.list_waiting,
            finding.list_customers,
            finding.list_given,
            asking.ask,
            applying.weigh,
            applying.apply,
            sync_runs.record_decision,
            sync_runs.end_run,
            refreshing.ask_about_person,
            refreshing.align_companies,
            refreshing.end_refresh,
            verifying.send_code,
            verifying.conclude,
            verifying.give_up,
            verifying.expire,
        ]


def number_verifying(settings: Settings, database: Database, http: httpx.Client) -> NumberVerifying:
    """Codes by the operator's SMS gateway, and the operator's word on SIMs."""
    gateway = Messente(
        http,
        str(settings.sms_url),
        (settings.sms_user, settings.sms_password),
        sender=settings.sms_sender,
        reports_url=str(settings.sms_reports_url) if settings.sms_reports_url else None,
        timeout=settings.sms_timeout,
    )
    sims: SimSwap = NoSimSwap()
    if settings.sim_swap_url is not None:
        sims = CamaraSimSwap(
            http,
            str(settings.sim_swap_url),
            settings.sim_swap_token,
            hours=settings.sim_swap_hours,
        )
    paper = CodePaper(settings.code_key(), settings.portal_host)
    return NumberVerifying(database, gateway, sims, settings.verification_rules(), paper)


def estonian_register(
    settings: Settings, database: Database, http: httpx.Client, *, reserve: int = 0
) -> EstonianRegister:
    """The Commercial Register, asked within the limits of the contract."""
    budget = RegisterBudget(
        database,
        "ee",
        daily=settings.register_daily_limit,
        at_once=settings.register_at_once,
        zone=TALLINN,
    )
    soap = SoapService(
        http,
        str(settings.register_soap_url),
        settings.register_user,
        settings.register_password,
        partial(budget.turn, reserve=reserve),
    )

    def set_aside(defect: Defect) -> None:
        with database.transaction() as session:
            aside.set_aside(session, ASIDE, defect)

    return EstonianRegister(soap, lambda: datetime.now(UTC), set_aside)


def estonian_file(settings: Settings, http: httpx.Client) -> OpenDataFile:
    """The register's open data: who is on the register card of which company."""
    directory = settings.data_dir / "register"
    return OpenDataFile(http, str(settings.register_open_data_url), directory)


def build(
    client: Client, settings: Settings, work: Sequence[Callable[..., Any]], threads: Any
) -> Worker:
    """The worker on the task queue of the settings; the build is the release."""
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=work,
        activity_executor=threads,
        max_concurrent_activities=_THREADS,
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion("volitus", version("volitus")),
            use_worker_versioning=False,
        ),
    )


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
    with (
        activities(settings, database) as work,
        ThreadPoolExecutor(_THREADS, "activity") as threads,
    ):
        async with (
            serving(internal, settings.internal_host, settings.internal_port),
            build(client, settings, work, threads),
        ):
            log.info("worker_started", task_queue=settings.task_queue)
            await stop.wait()
            log.info("worker_stopping")


def main() -> None:
    """Entry of `python -m worker` and `volitus worker`."""
    settings = Settings.for_process()
    logs.configure(settings.log_level, settings.log_format, "worker")
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
