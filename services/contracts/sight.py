"""Who sees contracts, who may agree to them, and who may end them."""

from dataclasses import dataclass
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.catalogue.contract_terms import Party
from domain.delegations.basis import BasisKind
from services.errors import NotFound
from services.reviews.authority import reviews_as
from storage.access import grant_queries
from storage.accounts import account_queries
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class ContractSight:
    """What somebody sees of an account's contracts, and may do about them."""

    person_id: UUID | None
    """None: a member of staff."""
    sight: Sight
    owner_id: UUID | None
    """The account's present owner."""
    basis: BasisKind | None
    """On what authority they act in the owner's name; None: on none."""

    def sees(self, contract: StoredContract) -> bool:
        """Return whether they see a contract: not one of an earlier owner, but for staff."""
        if self.person_id is None:
            return True
        if self.person_id == contract.person_id:
            return True
        is_theirs = contract.owner_id == self.owner_id
        return is_theirs and self.sight.sees(Permission.CONTRACT_VIEW)

    def may_agree(self, contract: StoredContract) -> bool:
        """Return whether they agree to it, alone or together with others."""
        if contract.party is Party.USER:
            return self.person_id is not None and self.person_id == contract.person_id
        return self.basis is not None and contract.owner_id == self.owner_id

    def may_end(self, contract: StoredContract) -> bool:
        """Return whether they may end it, or withdraw it before it is active.

        A Mobiil-ID by its user as well: theirs, and no other.
        """
        if self.person_id is None:
            return False
        if contract.party is Party.USER and self.person_id == contract.person_id:
            return True
        needed = (
            Permission.MOBIIL_ID_END if contract.party is Party.USER else Permission.CONTRACT_END
        )
        return contract.owner_id == self.owner_id and self.sight.sees(needed)


def sight_of(connection: Connection, account_id: UUID, person_id: UUID | None) -> ContractSight:
    """Return what a person sees of an account's contracts now; None: a member of staff."""
    account = account_queries.account(connection, account_id)
    owner_id = None if account is None else account.company_id or account.person_id
    if person_id is None:
        return ContractSight(None, Sight(None), owner_id, None)
    held = grant_queries.held(connection, person_id, account_id)
    basis = reviews_as(connection, account_id, person_id)
    return ContractSight(person_id, Sight(held), owner_id, basis)


def seen_contract(
    connection: Connection, contract_id: UUID, person_id: UUID | None
) -> tuple[StoredContract, ContractSight]:
    """Return a contract that this person sees, and what they may do. Raises NotFound."""
    contract = rows.read(connection, contract_id)
    if contract is None:
        raise NotFound
    sight = sight_of(connection, contract.account_id, person_id)
    if not sight.sees(contract):
        raise NotFound
    return contract, sight
