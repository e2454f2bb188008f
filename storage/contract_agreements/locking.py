"""What an agreement to a contract rests on, locked in this order.

Company, approvals, freezes, account, grants, contract.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.approvals.acts import ActKind
from domain.catalogue.contract_terms import Party
from domain.delegations.basis import BasisKind
from storage.access import suspensions
from storage.approvals import open_about, proposing
from storage.approvals.rows import StoredApproval
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.delegations import support

_START = frozenset({ActKind.CONTRACT_START})


@dataclass(frozen=True, slots=True)
class Locked:
    """A contract that somebody agrees to, with what was locked for that."""

    contract: StoredContract
    company_id: UUID | None
    """Owner of the account; None: a person is."""
    approvals: list[StoredApproval]
    """Open ones about the contract."""
    is_user: bool
    """The person is its user, whose word it needs."""
    basis: BasisKind | None
    """On what authority they act in the name of the account's owner."""

    @property
    def is_joint(self) -> bool:
        """Whether the person agrees only together with others."""
        return self.basis is BasisKind.JOINT and not self.is_user


def lock(session: Session, contract_id: UUID, person_id: UUID) -> Locked:
    """Lock a contract for a person who agrees to it. Raises LookupError where there is none."""
    found = rows.read(session, contract_id)
    if found is None:
        raise LookupError("no such contract")
    company_id = proposing.lock_company(session, found.account_id)
    approvals = open_about.lock(session, _START, contract_id)
    # A freeze that begins now waits for this, or is seen.
    suspensions.hold_off(session, [found.account_id, person_id])
    basis = None
    if found.party is Party.OWNER:
        basis = support.lock_owners_name(session, found.account_id, person_id)
    contract = rows.lock(session, contract_id)
    if contract is None:
        raise LookupError("no such contract")
    is_user = contract.party is Party.USER and contract.person_id == person_id
    return Locked(contract, company_id, approvals, is_user, basis)
