"""Acts about contracts: what those who agree together confirm.

Everybody who agrees agrees to the same act: who does it alone, and the user of a Mobiil-ID, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.approvals.acts import Act, ActKind
from domain.approvals.order_acts import price_json, price_of
from domain.catalogue.products import Price
from domain.contracts.reasons import EndReason


class AlsoEnds(StrEnum):
    """What ends with a contract."""

    CONTRACTS = "contracts"
    """That rest on it."""
    DELEGATIONS = "delegations"
    PEOPLE = "people"
    """Persons who lose access."""


@dataclass(frozen=True, slots=True)
class ContractStarted:
    """A contract that starts once those who must agree have agreed."""

    contract_id: UUID
    product: str
    product_version: str
    terms: str
    """Digest of its frozen terms, the SHA-256 of its documents among them."""
    is_signed: bool
    """True: people agree by signing its documents, and never by a click."""


def start(company_id: UUID | None, account_id: UUID, started: ContractStarted) -> Act:
    """Return the act that starts a contract; ``company_id``: None: a person owns the account."""
    data = {
        "contract_id": str(started.contract_id),
        "product": started.product,
        "product_version": started.product_version,
        "terms": started.terms,
        "is_signed": started.is_signed,
    }
    return Act(ActKind.CONTRACT_START, company_id, account_id, data)


def started_by(act: Act) -> ContractStarted:
    """Return what an act of starting a contract is about. Raises KeyError for other acts."""
    data = act.data
    return ContractStarted(
        UUID(data["contract_id"]),
        data["product"],
        data["product_version"],
        data["terms"],
        data["is_signed"],
    )


@dataclass(frozen=True, slots=True)
class ContractEnded:
    """The end of a contract, as it was previewed."""

    contract_id: UUID
    reason: EndReason
    on: date
    """The day on whose beginning it ends."""
    cost: tuple[Price, ...]
    """Paid once; less than nothing: given back."""
    also: Mapping[AlsoEnds, int] = field(hash=False)
    """How many of each end with it."""
    preview: str
    """Digest of the preview: of all that ends, by ids."""
    is_cost_known: bool = True
    """False: there is more to pay than ``cost`` says; the operator knows it."""


def end(company_id: UUID, account_id: UUID, ended: ContractEnded) -> Act:
    """Return the act that sets the end of a contract."""
    data = {
        "contract_id": str(ended.contract_id),
        "reason": ended.reason.value,
        "on": ended.on.isoformat(),
        "cost": [price_json(each) for each in ended.cost],
        "also": {what.value: number for what, number in ended.also.items()},
        "preview": ended.preview,
    } | ({} if ended.is_cost_known else {"cost_known": False})
    return Act(ActKind.CONTRACT_END, company_id, account_id, data)


def ended_by(act: Act) -> ContractEnded:
    """Return what an act of ending a contract is about. Raises KeyError for other acts."""
    data = act.data
    return ContractEnded(
        UUID(data["contract_id"]),
        EndReason(data["reason"]),
        date.fromisoformat(data["on"]),
        tuple(price_of(each) for each in data["cost"]),
        {AlsoEnds(what): number for what, number in data["also"].items()},
        data["preview"],
        data.get("cost_known", True),
    )


def needs_signatures(act: Act) -> bool:
    """Return whether only who signs confirms an act: a contract whose documents are signed."""
    return act.kind is ActKind.CONTRACT_START and started_by(act).is_signed
