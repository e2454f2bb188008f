"""Acts about contracts: what those who agree together confirm.

Everybody who agrees agrees to the same act: who does it alone, and the user of a Mobiil-ID, too.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.approvals.acts import Act, ActKind


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


def needs_signatures(act: Act) -> bool:
    """Return whether only who signs confirms an act: a contract whose documents are signed."""
    return act.kind is ActKind.CONTRACT_START and started_by(act).is_signed
