"""Look up what those who agree to contracts read: the act, and what its text says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals import contract_acts, contract_goes_on_acts
from domain.approvals.acts import Act, ActKind
from domain.approvals.contract_goes_on_acts import ContractResumed, EndCalledOff
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.days import day_of
from domain.numbers.sms_texts import Language
from runtime.contract_act_texts import ContractEndFacts, ContractFacts
from runtime.contract_goes_on_texts import ContractGoesOnFacts
from services.orders.order_facts import read_products, units_of
from storage.accounts import account_queries, service_queries
from storage.approvals import rows as approvals
from storage.catalogue import products
from storage.contracts import acts, rows
from storage.contracts.rows import StoredContract
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class ToAgree:
    """A contract that waits for those who must agree."""

    approval_id: UUID | None
    """The open approval of those who agree together."""
    act: Act | None
    """None: the reader cannot agree to it."""
    facts: ContractFacts | None
    """What the text of the act says; None as ``act``."""


def to_agree(
    connection: Connection, contract: StoredContract, *, may_agree: bool
) -> ToAgree | None:
    """Return what a contract waits for; None: it does not wait."""
    if contract.state is not ContractState.OFFERED:
        return None
    open_ = approvals.open_about(connection, ActKind.CONTRACT_START, contract.id)
    act = acts.act_of(connection, contract) if may_agree else None
    return ToAgree(open_, act, None if act is None else read_facts(connection, [act])[0])


def read_facts(connection: Connection, starts: Sequence[Act]) -> list[ContractFacts | None]:
    """Return what the text of each of these acts says; None: its terms are erased."""
    if not starts:
        return []
    names = account_queries.names(connection, {act.account_id for act in starts})
    return [_facts(connection, act, names) for act in starts]


def read_end_facts(connection: Connection, acts_: Sequence[Act]) -> list[ContractEndFacts | None]:
    """Return what the text of each of these acts of ending a contract says."""
    if not acts_:
        return []
    names = account_queries.names(connection, {act.account_id for act in acts_})
    return [_end_facts(connection, act, names) for act in acts_]


def read_goes_on_facts(
    connection: Connection, acts_: Sequence[Act], zone: ZoneInfo
) -> list[ContractGoesOnFacts | None]:
    """Return what the text of each of these acts says, by which a contract goes on."""
    if not acts_:
        return []
    names = account_queries.names(connection, {act.account_id for act in acts_})
    return [_goes_on_facts(connection, act, names, zone) for act in acts_]


def _goes_on_facts(
    connection: Connection, act: Act, names: Mapping[UUID, str], zone: ZoneInfo
) -> ContractGoesOnFacts | None:
    what: EndCalledOff | ContractResumed
    if act.kind is ActKind.CONTRACT_RESUME:
        what, day = contract_goes_on_acts.resumed_by(act), None
    else:
        what = contract_goes_on_acts.called_off_by(act)
        day = day_of(what.at, zone)
    named = _named(connection, act, what.contract_id)
    if named is None:
        return None
    return ContractGoesOnFacts(names.get(act.account_id, ""), *named, what, day)


def _end_facts(
    connection: Connection, act: Act, names: Mapping[UUID, str]
) -> ContractEndFacts | None:
    ended = contract_acts.ended_by(act)
    named = _named(connection, act, ended.contract_id)
    if named is None:
        return None
    return ContractEndFacts(names.get(act.account_id, ""), *named, ended)


def _named(
    connection: Connection, act: Act, contract_id: UUID
) -> tuple[Mapping[Language, str] | str, tuple[str, ...]] | None:
    """Return the name of a contract's product and the labels of its services; None: it is gone."""
    contract = rows.read(connection, contract_id)
    if contract is None:
        return None
    version, product = contract.product_version, None
    if version is not None:
        product = products.read(connection, contract.product, version)
    is_theirs = act.account_id == contract.account_id
    # What is the user's own account's is not the number's owner's to read.
    about = contract.service_ids if is_theirs else [contract.host_service_id]
    ids = [each for each in about if each is not None]
    labels = service_queries.labels(connection, [act.account_id], ids)
    services = tuple(
        " ".join(filter(None, (each.name, each.number))) or str(each.id) for each in labels.values()
    )
    return contract.product if product is None else product.name, services


def _facts(connection: Connection, act: Act, names: Mapping[UUID, str]) -> ContractFacts | None:
    started = contract_acts.started_by(act)
    contract = rows.read(connection, started.contract_id)
    if contract is None or not contract.terms:
        return None
    key = (started.product, started.product_version)
    product = read_products(connection, [key])[key]
    return ContractFacts(
        names.get(act.account_id, ""),
        product.name,
        min(product.kinds),
        OfferedTerms.from_json(contract.terms),
        units_of(product),
        started.is_signed,
    )
