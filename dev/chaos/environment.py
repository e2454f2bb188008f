"""The environment of a campaign: a temporary stack, customers, the simulators' control API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text

from dev.chaos.billed_customers import account_of, ledger_of, service_of
from dev.chaos.billed_workload import BilledRequest
from dev.chaos.faults import SIMULATORS
from dev.chaos.schedule import Schedule
from dev.chaos.workload import (
    SIGNED_SUBSCRIPTION,
    SUBSCRIPTION,
    Part,
    Trait,
    ordered_id,
    service_id,
)
from dev.stack.number_limits import number_limits
from dev.stack.settings import DevSettings
from dev.stack.stack import Stack
from dev.stack.volitus_program import run_volitus
from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey, PersonKey
from domain.messages.contact import ContactChoice
from domain.numbers.sms_texts import Language
from services import sweeps
from services.sweeps import SweepRules
from simulators.register.codes import registry_code
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.database import Database, Session
from storage.messages import contacts
from storage.parties import upsert

SYSTEMS = Actor(ActorKind.SYSTEM, "chaos")
ACCOUNT = uuid5(NAMESPACE_URL, "chaos/account")
STUCK_AFTER = 3.0
_ZONE = ZoneInfo("Europe/Tallinn")
_PRODUCTS = Path(__file__).parents[2] / "catalogue"
_QUICK = {
    "VOLITUS_STEP_STUCK_AFTER": f"PT{STUCK_AFTER}S",
    "VOLITUS_STEP_SLOW_RETRY": "PT3S",
    "VOLITUS_TARGET_PAUSE_AFTER": "6",
    "VOLITUS_TARGET_PAUSE_FOR": "PT2S",
    "VOLITUS_RECONCILE_EVERY": "PT3S",
    "VOLITUS_NETWORK_TIMEOUT": "PT2S",
    "VOLITUS_SMS_TIMEOUT": "PT2S",
    "VOLITUS_REGISTER_TIMEOUT": "PT2S",
    "VOLITUS_SIGNATURES_MOBILE_ID_TIMEOUT": "PT2S",
    "VOLITUS_SIGNATURES_SMART_ID_TIMEOUT": "PT2S",
    "VOLITUS_SIGNATURES_PROOF_TIMEOUT": "PT2S",
    "VOLITUS_VERIFICATION_WAIT": "PT3S",
    "VOLITUS_BULK_RETRY_RATE": "100",
    "VOLITUS_NUMBER_WATCH_LEAST": "1000000",
    "VOLITUS_NOTICE_QUIET_UNTIL": "21:00",  # as they begin: there are none
    **number_limits("1000000/PT1M"),
}
# Longer than a change takes that is late on purpose, shorter than a step's patience.
_STANDARD = {
    "VOLITUS_NETWORK_IDEMPOTENCY_KEYS": "false",
    "VOLITUS_NETWORK_CHARACTERISTICS": "replaced",
    "VOLITUS_NETWORK_REPEAT_AFTER": "PT2.5S",
}

# The machine itself does not die, so what was committed stays though no disk was waited for.
_NO_DISK = {"fsync": "off", "full_page_writes": "off"}


T = TypeVar("T")


class Stage:
    """A running stack with access to its database, simulators and console program."""

    def __init__(self, stack: Stack, schedule: Schedule) -> None:
        self.stack = stack
        self.schedule = schedule
        self.database = Database(stack.environment["VOLITUS_DATABASE_URL"], pool_size=2)
        self._http = httpx.Client(timeout=10, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self.database.close()

    def rows(self, of: Callable[..., T], statement: str) -> list[T]:
        """Return the rows of a query, each made into ``of`` from its columns."""
        with self.database.reading() as connection:
            return [of(*row) for row in connection.execute(text(statement))]

    def control(self, where: str, method: str, path: str, body: object = None) -> Any:
        """Call ``/_control`` of a simulator: one of ``faults.SIMULATORS``."""
        urls = {
            "network": self.stack.network_url,
            "billing": self.stack.billing_url,
            "bank": self.stack.bank_url,
            "sms": self.stack.sms_url,
            "mobile_id": self.stack.mobile_id_url,
            "smart_id": self.stack.smart_id_url,
            "trust": self.stack.trust_url,
        }
        answer = self._http.request(method, f"{urls[where]}/_control/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def sweep(self) -> None:
        """Do what dates have brought about, as the scheduler does: none runs here."""
        sweeps.run(self.database, SweepRules(_ZONE))

    def volitus(self, *arguments: str) -> Any:
        """Run the console program; return what it printed as JSON."""
        return run_volitus(self.stack.environment, *arguments)

    def prepare(self) -> None:
        """Create customers and services, and configure the simulators."""
        owner = CompanyKey.of("EE", registry_code(1_000_001))
        account = AccountFacts(ACCOUNT, "CHAOS", "Kaos OÜ", owner)
        with self.database.transaction() as session:
            put_accounts(session, [account], actor=SYSTEMS)
            put_services(session, self._services(), actor=SYSTEMS)
            self._prepare_givings(session)
            put_accounts(session, self._subscribers(), actor=SYSTEMS)
            put_accounts(session, [account_of(each) for each in self._billed()], actor=SYSTEMS)
            put_services(session, [service_of(each) for each in self._billed()], actor=SYSTEMS)
        for each in self._billed():
            self.control("billing", "PUT", "ledgers", ledger_of(each))
        if self.schedule.form.standard:
            self.control("network", "PUT", "profile", {"name": "standard"})
        for where in SIMULATORS:
            self.control(where, "PUT", "seed", {"seed": self.schedule.seed})
        for request in self.schedule.numbers:
            if request.trait is Trait.SIM_CHANGED:
                self.control(
                    "network", "PUT", "sims", {"number": request.number, "changed_hours_ago": 1}
                )

    def _prepare_givings(self, session: Session) -> None:
        """Create the accounts of those who give, and numbers that notices are sent to."""
        for giving in self.schedule.givings:
            keys = {part: PersonKey("EE", giving.code(part)) for part in Part}
            owner = keys[Part.GIVER]
            own = AccountFacts(giving.account_id, f"GIVER-{giving.index}", "", owner)
            put_accounts(session, [own], actor=SYSTEMS)
            ids = upsert.person_ids(session, keys.values())
            for part, key in keys.items():
                choice = ContactChoice(Language.ESTONIAN, sms=True, number=giving.number(part))
                contacts.give(session, ids[key], choice, actor=SYSTEMS)

    def _subscribers(self) -> list[AccountFacts]:
        """Accounts of those who start contracts, each their own."""
        return [
            AccountFacts(
                each.account_id, f"SUBSCRIBER-{each.index}", "", PersonKey("EE", each.code)
            )
            for each in self.schedule.contracts
        ]

    def _billed(self) -> tuple[BilledRequest, ...]:
        return (*self.schedule.payments, *self.schedule.extracts)

    def _services(self) -> list[ServiceFacts]:
        resent = range(self.schedule.form.services)
        services = [(service_id(n), f"+372551{n:05}") for n in resent]
        ordered = range(self.schedule.form.ordered)
        services += [(ordered_id(n), f"+372554{n:05}") for n in ordered]
        services += [
            (number_service(request.number), request.number) for request in self.schedule.numbers
        ]
        return [
            ServiceFacts(id_, ACCOUNT, ServiceKind.MOBILE, number, "") for id_, number in services
        ]


def number_service(number: str) -> UUID:
    """Return the id of the service that has this number."""
    return uuid5(NAMESPACE_URL, f"chaos/number/{number}")


def _catalogue(folder: Path) -> Path:
    """Write a catalogue: a spending limit, which the operator may order alone, and two contracts.

    People agree to the one by a click, and sign the other.
    """
    limit = (_PRODUCTS / "spending-limit.yaml").read_text()
    folder.mkdir()
    alone = limit.replace("confirm: own", "confirm: nothing\n  operator: true")
    (folder / "spending-limit.yaml").write_text(alone)
    contract = (_PRODUCTS / f"{SUBSCRIPTION}.yaml").read_text()
    clicked = contract.replace("agreement: sign", "agreement: confirm")
    (folder / f"{SUBSCRIPTION}.yaml").write_text(clicked)
    signed = contract.replace(f"id: {SUBSCRIPTION}", f"id: {SIGNED_SUBSCRIPTION}")
    (folder / f"{SIGNED_SUBSCRIPTION}.yaml").write_text(signed)
    return folder


@contextmanager
def staged(schedule: Schedule, folder: Path) -> Iterator[Stage]:
    """Start a temporary stack with all customers; stop and remove it at the end."""
    settings = DevSettings.temporary(folder / "stack", scheduled=False)
    changes = _QUICK | {"VOLITUS_VERIFICATION_LIFE": f"PT{schedule.form.life}S"}
    changes["VOLITUS_CATALOGUE"] = str(_catalogue(folder / "catalogue"))
    changes |= _STANDARD if schedule.form.standard else {}
    without = ("register", "scheduler", "web")
    with Stack(settings, without=without, changes=changes, options=_NO_DISK) as stack:
        stage = Stage(stack, schedule)
        try:
            stage.prepare()
            yield stage
        finally:
            stage.close()
