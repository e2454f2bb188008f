"""Use case: start a contract. It is drafted here; its process makes and offers the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from domain.access.decisions import decide
from domain.audit import Actor
from domain.catalogue.actions import ItemAction
from domain.catalogue.contract_terms import ContractTerms, Party
from domain.catalogue.products import Product
from domain.contracts import start_checks
from domain.contracts.reasons import ContractRefused, StartRefusal
from domain.contracts.start_checks import Host, Wanted
from domain.contracts.starts import FrozenPrice, OfferedTerms
from domain.days import day_of
from domain.delegations.basis import BasisKind
from domain.numbers.sms_texts import Language
from domain.personal_codes import BIRTH_DATES
from services import launcher
from services.contracts.locking import lock_authority
from services.engine import Engine
from services.errors import NotFound
from services.reviews.authority import reviews_as
from storage.access import grant_queries
from storage.audit import events
from storage.catalogue import products
from storage.contracts import hosts, rows, starting
from storage.contracts.starting import NewContract, NumberPromised
from storage.database import Session
from storage.parties import people


@dataclass(frozen=True, slots=True)
class StartedContract:
    """What a person wants to start. The id is the request's."""

    id: UUID
    account_id: UUID
    person_id: UUID
    product: str
    months: int = 0
    number: str | None = None
    name: str = ""
    host_service_id: UUID | None = None
    language: Language = Language.ESTONIAN
    begins_at_once: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)


async def start(engine: Engine, wanted: StartedContract, zone: ZoneInfo, *, actor: Actor) -> None:
    """Draft a contract; a worker offers it. Repeatable by its id.

    Raises ContractRefused, and NotFound where the person has no access to the account.
    """

    def write(session: Session) -> None:
        if rows.read(session, wanted.id) is not None:
            return
        starting.draft(session, _drafted(session, wanted, zone), actor=actor)

    try:
        await engine.write(write)
    except NumberPromised:  # somebody was quicker
        raise ContractRefused(StartRefusal.NUMBER_TAKEN) from None
    await launcher.start(engine, wanted.id)


def _drafted(session: Session, wanted: StartedContract, zone: ZoneInfo) -> NewContract:
    product = products.current(session.connection()).get(wanted.product)
    if product is None:
        raise ContractRefused(StartRefusal.PRODUCT_UNKNOWN)
    host = _locked_host(session, wanted)
    _require_permitted(session, wanted, product)
    terms = product.contract
    _require_host(wanted, host)
    asked = Wanted(wanted.months, wanted.parameters, wanted.number)
    parameters = start_checks.require_startable(product, asked, host)
    if terms is None:
        raise ContractRefused(StartRefusal.PRODUCT_NOT_OFFERED)
    _require_age(session, terms, wanted.person_id, day_of(events.now(session), zone))
    if wanted.number and hosts.is_taken(session, wanted.number, wanted.account_id):
        raise ContractRefused(StartRefusal.NUMBER_TAKEN)
    return NewContract(
        wanted.id,
        wanted.account_id,
        product.id,
        product.version,
        terms.agreement,
        terms.party,
        _terms(wanted, product, terms, parameters, host),
        person_id=wanted.person_id if terms.party is Party.USER else None,
        host_service_id=wanted.host_service_id,
        sim=None if host is None else host.sim,
    )


def _require_permitted(session: Session, wanted: StartedContract, product: Product) -> None:
    """Raise unless this person may start it on the account, until it is drafted."""
    lock_authority(session, {wanted.account_id}, wanted.person_id)
    connection = session.connection()
    held = grant_queries.held(connection, wanted.person_id, wanted.account_id)
    if not held:
        raise NotFound
    if not (
        decide(product.permission, held, None).allowed or _acts_jointly(session, wanted, product)
    ):
        raise ContractRefused(StartRefusal.NOT_PERMITTED)


def _acts_jointly(session: Session, wanted: StartedContract, product: Product) -> bool:
    """Return whether this person represents the owner, whose group then agrees, or does not."""
    if product.contract is None or product.contract.party is not Party.OWNER:
        return False
    basis = reviews_as(session.connection(), wanted.account_id, wanted.person_id)
    return basis is BasisKind.JOINT


def _locked_host(session: Session, wanted: StartedContract) -> Host | None:
    """Lock the service that it is to rest on: before accounts, as ``storage.locks`` says."""
    if wanted.host_service_id is None:
        return None
    return hosts.lock(session, wanted.host_service_id, wanted.product, wanted.person_id)


def _require_host(wanted: StartedContract, host: Host | None) -> None:
    if wanted.host_service_id is None:
        return
    # Somebody else's number is none: nobody finds out by this which there are.
    if host is None or not host.is_used_by_starter:
        raise ContractRefused(StartRefusal.HOST_UNKNOWN)


def _require_age(session: Session, terms: ContractTerms, person_id: UUID, today: date) -> None:
    found = people.find(session.connection(), person_id)
    born = None
    if found is not None and found.key.country in BIRTH_DATES:
        born = BIRTH_DATES[found.key.country](found.key.code)
    start_checks.require_age(terms, born, today)


def _terms(
    wanted: StartedContract,
    product: Product,
    terms: ContractTerms,
    parameters: Mapping[str, Any],
    host: Host | None,
) -> OfferedTerms:
    prices = tuple(
        FrozenPrice(each.cents, each.currency, each.is_vat_included, each.period.value)
        for each in product.prices_of(ItemAction.ADD, dict(parameters))
    )
    return OfferedTerms(
        uuid5(wanted.id, "service"),
        wanted.number if host is None else host.number,
        wanted.name,
        wanted.months,
        dict(parameters),
        prices,
        terms.number_kept,
        terms.lasts_years,
        wanted.language,
        begins_at_once=wanted.begins_at_once,
    )
