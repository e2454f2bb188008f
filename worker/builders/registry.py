"""Activities of feature ``registry``: the Estonian Commercial Register and what syncs do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx

from activities.registry.apply_states import Applying, HoldLimits
from activities.registry.find_changes import Finding
from activities.registry.query_register import ASIDE, Asking
from activities.registry.refresh_person import Refreshing
from activities.registry.sync_runs import SyncRuns
from domain.registry.register import Defect
from registry_sync.estonia.change_list import OPERATION as CHANGE_LIST
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.open_data import OpenDataFile
from registry_sync.estonia.representation import TALLINN
from registry_sync.estonia.soap import SoapService
from settings.processes import WorkerSettings
from settings.register import RegisterSettings
from storage.database import Database
from storage.registry import unusable_records
from storage.registry.bulk_file_diff import BulkComparison, FileLimits
from storage.registry.change_feed import RegisterFeed
from storage.registry.query_budget import RegisterBudget
from worker.builders.http import http_client


@dataclass(frozen=True, slots=True)
class RegistryActivities:
    """The activity objects of the feature."""

    sync_runs: SyncRuns
    find_changes: Finding
    query_register: Asking
    apply_states: Applying
    refresh_person: Refreshing


@contextmanager
def registry(settings: WorkerSettings, database: Database) -> Iterator[RegistryActivities]:
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
        yield RegistryActivities(
            sync_runs=SyncRuns(database),
            find_changes=Finding(
                database,
                for_sync,
                BulkComparison(database, file, FileLimits(sync.min_companies)),
                RegisterFeed(database, CHANGE_LIST, country),
            ),
            query_register=Asking(database, for_sync, file.source),
            apply_states=Applying(
                database,
                HoldLimits(sync.hold_share, sync.hold_least),
                source=country,
                batch=sync.batch,
            ),
            refresh_person=Refreshing(database, for_people),
        )


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

    def set_aside(defect: Defect) -> None:
        with database.transaction() as session:
            unusable_records.set_aside(session, ASIDE, defect)

    return EstonianRegister(soap, lambda: datetime.now(UTC), set_aside)


def estonian_file(settings: WorkerSettings, http: httpx.Client) -> OpenDataFile:
    """The register's open data: the persons on the register card of each company."""
    directory = settings.data_dir / "register"
    return OpenDataFile(http, str(settings.commercial_register.open_data_url), directory)
