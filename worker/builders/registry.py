"""Activities of feature ``registry``, over the Estonian Commercial Register."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx

from activities.approvals.approval import CheckRegisterActivities
from activities.registry.apply_states import ApplyStatesActivities
from activities.registry.find_changes import FindChangesActivities
from activities.registry.query_register import QueryRegisterActivities
from activities.registry.read_changes import ReadChangesActivities
from activities.registry.refresh_person import EndRefreshActivities, RefreshPersonActivities
from activities.registry.sync_runs import SyncRunActivities
from domain.registry.bulk_file import FileLimits
from domain.registry.hold_limits import HoldLimits
from domain.registry.query_limits import Asker
from domain.registry.register import Defect
from registry_sync.estonia.change_list import OPERATION as CHANGE_LIST
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.open_data import OpenDataFile
from registry_sync.estonia.representation import TALLINN
from registry_sync.estonia.soap import SoapService
from settings.processes import WorkerSettings
from settings.register import RegisterSettings
from storage.database import Database, open_pool
from storage.registry import rejected_records
from storage.registry.query_budget import RegisterBudget
from storage.registry.rejected_records import QUERY_ANSWERS
from worker.builders.approvals import approval_rules
from worker.builders.http import http_client
from worker.register_query_metrics import RegisterQueryMetrics
from worker.registration import ActivityCarrier

REGISTER = "ee"


@contextmanager
def registry(settings: WorkerSettings, database: Database) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients and a connection pool of their own, closed afterwards."""
    contract, sync = settings.commercial_register, settings.sync
    with (
        http_client(contract.timeout, contract.at_once) as http,
        http_client(contract.timeout, 1) as downloads,
        open_pool(
            settings.database, "volitus-worker-register", pool_size=contract.at_once
        ) as of_queries,
    ):
        budget = RegisterBudget(
            of_queries, REGISTER, contract.limits(), at_once=contract.at_once, zone=TALLINN
        )
        for_people = estonian_register(contract, database, http, budget, Asker.PEOPLE)
        for_sync = estonian_register(contract, database, http, budget, Asker.SYNC)
        file = estonian_file(settings, downloads)
        country = EstonianRegister.country
        limits = HoldLimits(sync.hold_share, sync.hold_least, sync.hold_window)
        on_departure = settings.departure.rules()
        yield [
            SyncRunActivities(database),
            FindChangesActivities(database, for_sync, file, FileLimits(sync.min_companies)),
            ReadChangesActivities(database, for_sync, feed=CHANGE_LIST),
            QueryRegisterActivities(database, for_sync, file.name),
            ApplyStatesActivities(
                database, limits, on_departure, register=country, batch=sync.batch
            ),
            RefreshPersonActivities(database, for_people, limits, on_departure),
            EndRefreshActivities(database),
            CheckRegisterActivities(
                database, for_people, approval_rules(settings), limits, on_departure
            ),
        ]


def register_queries(settings: WorkerSettings, database: Database) -> RegisterQueryMetrics:
    """Metrics of the queries that ``registry`` sends."""
    limits = settings.commercial_register.limits()
    return RegisterQueryMetrics(database, REGISTER, limits, TALLINN)


def estonian_register(
    settings: RegisterSettings,
    database: Database,
    http: httpx.Client,
    budget: RegisterBudget,
    asker: Asker,
) -> EstonianRegister:
    """The Commercial Register, queried within the limits of the contract."""
    soap = SoapService(
        http,
        str(settings.soap_url),
        settings.user,
        settings.password,
        partial(budget.acquire, asker),
    )

    def reject(defect: Defect) -> None:
        with database.transaction() as session:
            rejected_records.reject(session, QUERY_ANSWERS, defect)

    return EstonianRegister(soap, database.clock, reject)


def estonian_file(settings: WorkerSettings, http: httpx.Client) -> OpenDataFile:
    """The register's open data: the persons on the register card of each company."""
    directory = settings.data_dir / "register"
    return OpenDataFile(http, str(settings.commercial_register.open_data_url), directory)
