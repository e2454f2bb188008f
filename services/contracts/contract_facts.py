"""Look up what those who agree to contracts read: the act, and what its text says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.approvals import contract_acts
from domain.approvals.acts import Act, ActKind
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from runtime.contract_act_texts import ContractEndFacts, ContractFacts
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


def _end_facts(
    connection: Connection, act: Act, names: Mapping[UUID, str]
) -> ContractEndFacts | None:
    ended = contract_acts.ended_by(act)
    contract = rows.read(connection, ended.contract_id)
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
    name = contract.product if product is None else product.name
    return ContractEndFacts(names.get(act.account_id, ""), name, services, ended)


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
