"""Activities of feature ``registry``, over the Estonian Commercial Register."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx

from activities.registry.apply_states import ApplyStatesActivities
from activities.registry.find_changes import FindChangesActivities
from activities.registry.query_register import QueryRegisterActivities
from activities.registry.refresh_person import RefreshPersonActivities
from activities.registry.sync_runs import SyncRunActivities
from domain.registry.bulk_file import FileLimits
from domain.registry.hold_limits import HoldLimits
from domain.registry.register import Defect
from registry_sync.estonia.change_list import OPERATION as CHANGE_LIST
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.open_data import OpenDataFile
from registry_sync.estonia.representation import TALLINN
from registry_sync.estonia.soap import SoapService
from settings.processes import WorkerSettings
from settings.register import RegisterSettings
from storage.database import Database
from storage.registry import rejected_records
from storage.registry.query_budget import RegisterBudget
from storage.registry.rejected_records import QUERY_ANSWERS
from worker.builders.http import http_client
from worker.registration import ActivityCarrier


@contextmanager
def registry(settings: WorkerSettings, database: Database) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards.

    People who wait may spend all of the day's queries; sync leaves them some.
    """
    contract, sync = settings.commercial_register, settings.sync
    with (
        http_client(contract.timeout, contract.at_once) as http,
        http_client(contract.timeout, 1) as downloads,
    ):
        for_people = estonian_register(contract, database, http)
        for_sync = estonian_register(contract, database, http, reserve=contract.reserve)
        file = estonian_file(settings, downloads)
        country = EstonianRegister.country
        limits = HoldLimits(sync.hold_share, sync.hold_least, sync.hold_window)
        yield [
            SyncRunActivities(database),
            FindChangesActivities(
                database,
                for_sync,
                file,
                FileLimits(sync.min_companies),
                feed=CHANGE_LIST,
            ),
            QueryRegisterActivities(database, for_sync, file.name),
            ApplyStatesActivities(database, limits, register=country, batch=sync.batch),
            RefreshPersonActivities(database, for_people, limits),
        ]


def estonian_register(
    settings: RegisterSettings, database: Database, http: httpx.Client, *, reserve: int = 0
) -> EstonianRegister:
    """The Commercial Register, queried within the limits of the contract."""
    budget = RegisterBudget(
        database,
        "ee",
        daily=settings.daily_limit,
        at_once=settings.at_once,
        zone=TALLINN,
    )
    soap = SoapService(
        http,
        str(settings.soap_url),
        settings.user,
        settings.password,
        partial(budget.acquire, reserve=reserve),
    )

    def reject(defect: Defect) -> None:
        with database.transaction() as session:
            rejected_records.reject(session, QUERY_ANSWERS, defect)

    return EstonianRegister(soap, database.clock, reject)


def estonian_file(settings: WorkerSettings, http: httpx.Client) -> OpenDataFile:
    """The register's open data: the persons on the register card of each company."""
    directory = settings.data_dir / "register"
    return OpenDataFile(http, str(settings.commercial_register.open_data_url), directory)
