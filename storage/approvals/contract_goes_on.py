"""Carry out acts by which a contract goes on: its end called off, its suspension ended."""

from domain.approvals import contract_goes_on_acts as acts
from domain.audit import Actor
from domain.contracts.reasons import EndSide
from domain.contracts.suspensions import OWN_REASONS
from storage.approvals.contract_sides import side_of
from storage.approvals.contract_starts import ContractNotWaiting
from storage.approvals.rows import StoredApproval
from storage.contract_orders import suspension
from storage.contracts import outside_ends, rows
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session


def call_off(session: Session, approval: StoredApproval, actor: Actor) -> None:
    """Call off the end that the group's side had set. Raises ContractNotWaiting."""
    contract = rows.lock(session, approval.subject_id)
    if contract is None or not _ends_so(session, contract, approval):
        raise ContractNotWaiting
    outside_ends.call_off_own(session, contract, actor=actor)


def is_ending(session: Session, approval: StoredApproval) -> bool:
    """Return whether the contract still ends as those who confirm were shown."""
    contract = rows.read(session, approval.subject_id)
    return contract is not None and _ends_so(session, contract, approval)


def resume(session: Session, approval: StoredApproval, actor: Actor) -> None:
    """End the suspension of the contract. A worker starts the order that opens its services.

    Raises ContractNotWaiting.
    """
    contract = rows.lock_with_others(session, approval.subject_id)
    if contract is None or not _is_suspended_so(session, contract, approval):
        raise ContractNotWaiting
    if suspension.is_host_suspended(session, contract):
        raise ContractNotWaiting
    suspension.resume(session, contract, actor=actor)


def is_suspended(session: Session, approval: StoredApproval) -> bool:
    """Return whether the contract is still suspended as those who confirm were shown."""
    contract = rows.read(session, approval.subject_id)
    return contract is not None and _is_suspended_so(session, contract, approval)


def _ends_so(session: Session, contract: StoredContract, approval: StoredApproval) -> bool:
    own, shown = SetEnds.of(contract).own, acts.called_off_by(approval.act)
    if own is None or contract.is_end_reached or not contract.state.is_in_force:
        return False
    is_theirs = own.side is not None and own.side is side_of(session, contract, approval)
    return is_theirs and (own.ends_at, own.end_reason) == (shown.at, shown.reason)


def _is_suspended_so(session: Session, contract: StoredContract, approval: StoredApproval) -> bool:
    shown = acts.resumed_by(approval.act)
    is_theirs = side_of(session, contract, approval) is EndSide.OWNER
    is_open = contract.state.is_in_force and not contract.is_end_reached
    stands = (contract.suspend_reason, contract.suspend_order_id)
    is_same = stands == (shown.reason, shown.order_id)
    return is_theirs and is_open and is_same and shown.reason in OWN_REASONS
