"""The worker's hands: every activity, made of clients and settings. The list is what is done."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from activities.adapters.camara_sim_swap import CamaraSimSwap, NoSimSwap, SimSwap
from activities.adapters.messente import Messente
from activities.adapters.tmf640 import ActivationNetwork, Network, NoNetwork
from activities.numbers.send_code import CodePaper
from activities.numbers.verification import NumberVerifying
from activities.ops.bulk_retry import BulkRetrying
from activities.provisioning.resend_settings import ResendActivities
from activities.provisioning.run_step import Steps
from activities.registry.apply_states import Applying, HoldLimits
from activities.registry.find_changes import Finding
from activities.registry.query_register import ASIDE, Asking
from activities.registry.refresh_person import Refreshing
from activities.registry.sync_runs import SyncRuns
from domain.provisioning.targets import Target
from domain.registry.register import Defect
from registry_sync.estonia.change_list import OPERATION as CHANGE_LIST
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.open_data import OpenDataFile
from registry_sync.estonia.representation import TALLINN
from registry_sync.estonia.soap import SoapService
from settings import Settings
from storage.database import Database
from storage.registry import unusable_records
from storage.registry.bulk_file_diff import BulkComparison, FileLimits
from storage.registry.change_feed import RegisterFeed
from storage.registry.query_budget import RegisterBudget

Activities = Sequence[Callable[..., Any]]
Work = Mapping[Target | None, Activities]
"""Activities by the target whose task queue they are on; None: the workflows' own."""


@contextmanager
def activities(settings: Settings, database: Database) -> Iterator[Work]:
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
        steps = Steps(database, settings.step_rules())
        verifying = number_verifying(settings, database, steps, http)
        resending = ResendActivities(database, steps, network(settings, http))
        retrying = BulkRetrying(database, settings.bulk_retry_rate)
        own: Activities = [
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
            verifying.give_up,
            verifying.expire,
            verifying.has_ended,
            verifying.leave,
            resending.end,
            retrying.carry_on,
        ]
        on_network: Activities = [
            resending.read,
            resending.configure,
            resending.activate,
            resending.restore,
        ]
        yield {
            None: own,
            Target.NETWORK: on_network,
            Target.SMS: [verifying.send],
            Target.SIM_SWAP: [verifying.look_at_sim],
        }


def network(settings: Settings, http: httpx.Client) -> Network:
    """The operator's network, if the settings tell where it is."""
    if settings.network_url is None:
        return NoNetwork()
    return ActivationNetwork(
        http,
        str(settings.network_url),
        settings.network_token,
        timeout=settings.network_timeout.total_seconds(),
    )


def number_verifying(
    settings: Settings, database: Database, steps: Steps, http: httpx.Client
) -> NumberVerifying:
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
    rules = settings.verification_rules()
    return NumberVerifying(database, steps, (gateway, sims), rules, paper)


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
        partial(budget.acquire, reserve=reserve),
    )

    def set_aside(defect: Defect) -> None:
        with database.transaction() as session:
            unusable_records.set_aside(session, ASIDE, defect)

    return EstonianRegister(soap, lambda: datetime.now(UTC), set_aside)


def estonian_file(settings: Settings, http: httpx.Client) -> OpenDataFile:
    """The register's open data: who is on the register card of which company."""
    directory = settings.data_dir / "register"
    return OpenDataFile(http, str(settings.register_open_data_url), directory)
