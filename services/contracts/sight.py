"""Who sees contracts, who may agree to them, and who may end them."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndSide
from domain.contracts.states import ContractState
from domain.delegations.basis import BasisKind
from services.errors import NotFound
from services.reviews.authority import reviews_as
from storage.access import grant_queries
from storage.accounts import account_queries
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnd, SetEnds
from storage.database import Connection
from storage.delegations import support


@dataclass(frozen=True, slots=True)
class AccountSight:
    """What somebody may do on an account, and who owns it now."""

    account_id: UUID
    owner_id: UUID | None
    sight: Sight
    basis: BasisKind | None
    """On what authority they act in the owner's name; None: on none."""


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
    host: AccountSight | None = None
    """The account of the number on which a contract rests."""
    is_frozen: bool = False
    """Whether the person is: a contract of their own is no ground then. Decision 0028."""

    def is_own(self, contract: StoredContract) -> bool:
        """Return whether it is this person's own contract, and they are not frozen."""
        is_theirs = self.person_id is not None and self.person_id == contract.person_id
        return is_theirs and not self.is_frozen

    def sees(self, contract: StoredContract) -> bool:
        """Return whether they see a contract: not one of an earlier owner, but for staff.

        One that rests on a number is seen by the number's owner as well.
        """
        if self.person_id is None or self.is_own(contract):
            return True
        is_theirs = contract.owner_id == self.owner_id
        if is_theirs and self.sight.sees(Permission.CONTRACT_VIEW):
            return True
        return self._may_on_host(contract, Permission.CONTRACT_VIEW)

    def reads_documents(self, contract: StoredContract) -> bool:
        """Return whether they read the documents of a contract that they see.

        Those of a user's own contract name the user by personal code: nobody but the user and staff
        reads them, whoever owns the account. Decision 0062.
        """
        is_theirs = self.person_id is None or self.is_own(contract)
        return is_theirs or contract.party is not Party.USER

    def names_signers(self, contract: StoredContract) -> bool:
        """Return whether they see by name who agrees to a contract in the owner's name.

        Who sees who has access, and who represents the owner as well; of a user's own the user.
        """
        if self.person_id is None:
            return False
        if contract.party is Party.USER:
            return self.is_own(contract)
        is_theirs = contract.owner_id == self.owner_id
        return is_theirs and (self.basis is not None or self.sight.sees(Permission.ACCESS_VIEW))

    def may_agree(self, contract: StoredContract) -> bool:
        """Return whether they agree to it, alone or together with others."""
        if contract.party is Party.USER:
            return self.is_own(contract)
        return self.basis is not None and contract.owner_id == self.owner_id

    def may_end(self, contract: StoredContract) -> bool:
        """Return whether they may end it, or withdraw it before it is active.

        A Mobiil-ID by its user as well, theirs and no other, and by the owner of its number.
        """
        return self.side(contract) is not None

    def side(self, contract: StoredContract) -> EndSide | None:
        """Return on which side they end it: the first of theirs. None: on none, as staff."""
        return next((each for each in EndSide if self.is_on(each, contract)), None)

    def is_on(self, side: EndSide | None, contract: StoredContract) -> bool:
        """Return whether they may end it, and call its end off, on this side."""
        if self.person_id is None or side is None:
            return False
        is_users = contract.party is Party.USER
        needed = Permission.MOBIIL_ID_END if is_users else Permission.CONTRACT_END
        match side:
            case EndSide.USER:
                return is_users and self.is_own(contract)
            case EndSide.OWNER:
                return contract.owner_id == self.owner_id and self.sight.sees(needed)
            case EndSide.HOST:
                return self._may_on_host(contract, needed)

    def joint_side(self, contract: StoredContract) -> EndSide | None:
        """Return on which side they end it, but only together with others: the first of theirs.

        None: on none.
        """
        return next((each for each in EndSide if self.is_joint_on(each, contract)), None)

    def is_joint_on(self, side: EndSide | None, contract: StoredContract) -> bool:
        """Return whether they act on this side together with others."""
        if side is EndSide.OWNER:
            return self.basis is BasisKind.JOINT and contract.owner_id == self.owner_id
        host = self._host_of(contract) if side is EndSide.HOST else None
        return host is not None and host.basis is BasisKind.JOINT

    def may_propose_end(self, contract: StoredContract) -> bool:
        """Return whether they may end it, but only together with others."""
        return not self.may_end(contract) and self.joint_side(contract) is not None

    def may_call_off(self, contract: StoredContract) -> bool:
        """Return whether they may call its end off now: staff any, others what their side set.

        Also where they may only together with others: they propose it.
        """
        if contract.state is not ContractState.ENDING or contract.is_end_reached:
            return False
        own = SetEnds.of(contract).own
        is_joint = own is not None and self.is_joint_on(own.side, contract)
        return self.person_id is None or is_joint or self.has_set(own, contract)

    def has_set(self, end: SetEnd | None, contract: StoredContract) -> bool:
        """Return whether this end is one that their side set. None: there is none."""
        return end is not None and self.is_on(end.side, contract)

    def with_own_host(self, account_id: UUID) -> "ContractSight":
        """Return the same for contracts that rest on numbers of this account, their own."""
        return replace(self, host=AccountSight(account_id, self.owner_id, self.sight, self.basis))

    def _may_on_host(self, contract: StoredContract, needed: Permission) -> bool:
        host = self._host_of(contract)
        return host is not None and host.sight.sees(needed)

    def _host_of(self, contract: StoredContract) -> AccountSight | None:
        """Return the account of its number, while it is the owner's that it was made with."""
        host, kept = self.host, (contract.host_account_id, contract.host_owner_id)
        if host is None or contract.party is not Party.USER:
            return None
        return host if (host.account_id, host.owner_id) == kept else None


def sight_of(connection: Connection, account_id: UUID, person_id: UUID | None) -> ContractSight:
    """Return what a person sees of an account's contracts now; None: a member of staff."""
    owner_id = _owner_of(connection, account_id)
    if person_id is None:
        return ContractSight(None, Sight(None), owner_id, None)
    held = grant_queries.held(connection, person_id, account_id)
    basis = reviews_as(connection, account_id, person_id)
    is_frozen = support.is_suspended(connection, person_id)
    return ContractSight(person_id, Sight(held), owner_id, basis, is_frozen=is_frozen)


def sight_on(
    connection: Connection, contract: StoredContract, person_id: UUID | None
) -> ContractSight:
    """Return what a person may do about one contract, also as the owner of its number."""
    sight = sight_of(connection, contract.account_id, person_id)
    host_id = contract.host_account_id
    if person_id is None or host_id is None:
        return sight
    if host_id == contract.account_id:
        return sight.with_own_host(host_id)
    held = Sight(grant_queries.held(connection, person_id, host_id))
    basis = reviews_as(connection, host_id, person_id)
    host = AccountSight(host_id, _owner_of(connection, host_id), held, basis)
    return replace(sight, host=host)


def seen_contract(
    connection: Connection, contract_id: UUID, person_id: UUID | None
) -> tuple[StoredContract, ContractSight]:
    """Return a contract that this person sees, and what they may do. Raises NotFound."""
    contract = rows.read(connection, contract_id)
    if contract is None:
        raise NotFound
    sight = sight_on(connection, contract, person_id)
    if not sight.sees(contract):
        raise NotFound
    return contract, sight


def _owner_of(connection: Connection, account_id: UUID) -> UUID | None:
    account = account_queries.account(connection, account_id)
    return None if account is None else account.company_id or account.person_id
