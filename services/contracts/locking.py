"""Locks a contract together with what somebody may do about it."""

from collections.abc import Callable
from uuid import UUID

from services.contracts.sight import ContractSight, sight_on
from services.errors import NotFound
from storage.access import suspensions
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.delegations import support

Lock = Callable[[Session, UUID], StoredContract | None]


def locked_contract(
    session: Session, contract_id: UUID, person_id: UUID | None
) -> tuple[StoredContract, ContractSight]:
    """Lock a contract that this person sees, and return it with what they may do about it.

    None: a member of staff. Raises NotFound.
    """
    contract = lock_with_authority(session, contract_id, person_id)
    sight = sight_on(session.connection(), contract, person_id)
    if not sight.sees(contract):
        raise NotFound
    return contract, sight


def lock_with_authority(
    session: Session, contract_id: UUID, person_id: UUID | None, lock: Lock = rows.lock
) -> StoredContract:
    """Lock what a person may do on a contract's accounts, and then, by ``lock``, the contract.

    None: a member of staff. Raises NotFound.
    """
    found = rows.read(session, contract_id)
    if found is None:
        raise NotFound
    lock_authority(session, _accounts_of(found), person_id)
    contract = lock(session, contract_id)
    if contract is None:
        raise NotFound
    if _accounts_of(contract) != _accounts_of(found):  # it moved since it was read
        lock_authority(session, _accounts_of(contract), person_id)
    return contract


def lock_authority(session: Session, accounts: set[UUID], person_id: UUID | None) -> None:
    """Lock what this person may do on accounts: their owners, freezes, and the person's grants.

    What is taken away before is seen by whoever reads it after this; what is taken away from now on
    waits until this transaction ends. None: a member of staff.
    """
    if person_id is None:
        return
    suspensions.hold_off(session, {*accounts, person_id})
    support.lock_accounts(session, accounts)
    for account_id in sorted(accounts):
        support.lock_grants(session, account_id, person_id)


def _accounts_of(contract: StoredContract) -> set[UUID]:
    return {contract.account_id, contract.host_account_id or contract.account_id}
