"""Closes the processes of contracts as an operator wishes: in their state, with nothing undone."""

from uuid import UUID

from domain.audit import Actor
from domain.contracts.states import BEFORE_ACTIVE, ContractState
from domain.reasons import Reason
from storage.contracts import changing, ending, rows, starting
from storage.database import Session


def close_start(session: Session, contract_id: UUID, why: Reason, actor: Actor) -> None:
    """Cancel a contract that is not active yet. Repeating changes nothing."""
    contract = rows.lock(session, contract_id)
    if contract is not None and contract.state in BEFORE_ACTIVE:
        starting.end_unstarted(session, contract, ContractState.CANCELLED, why, actor=actor)


def close_end(session: Session, process_id: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # its order says why
    """Close an end as it is. Repeating changes nothing."""
    contract = rows.lock(session, ending.contract_of(session.connection(), process_id))
    if contract is None:
        return
    if contract.closed_at is None and contract.state is ContractState.ENDED:
        changing.update(session, contract, closed_at=contract.now)
    ending.end_process(session, contract)
