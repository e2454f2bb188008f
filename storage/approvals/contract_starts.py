"""Carry out, or drop, the act that starts a contract which a group agrees to."""

from collections.abc import Mapping

from domain.approvals.endings import ENDED
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.contracts.states import ContractState
from domain.reasons import Reason
from storage.approvals.rows import StoredApproval
from storage.contracts import acts, rows, starting
from storage.database import Session


class ContractNotWaiting(Exception):
    """The contract waits for no agreement any more, or is another one than was agreed to."""


_HOW: Mapping[str, tuple[ContractState, Reason]] = {
    ENDED[ApprovalState.DECLINED].code: (ContractState.DECLINED, starting.DECLINED),
    ENDED[ApprovalState.LAPSED].code: (ContractState.LAPSED, starting.NOT_AGREED),
    ENDED[ApprovalState.WITHDRAWN].code: (ContractState.CANCELLED, starting.WITHDRAWN),
}
"""How the contract ends, and why, by the code of why its approval ended."""


def carry_out(session: Session, approval: StoredApproval, actor: Actor) -> None:
    """Record that everybody needed has agreed; its workflow goes on. Raises ContractNotWaiting."""
    contract = rows.lock(session, approval.subject_id)
    if contract is None or not contract.is_waiting:
        raise ContractNotWaiting
    act = acts.act_of(session, contract)
    if act is None or act.digest() != approval.digest:
        raise ContractNotWaiting
    starting.agree(session, contract, actor=actor)


def drop(session: Session, approval: StoredApproval, why: Reason, actor: Actor) -> None:
    """End the contract that waits for it. Repeating changes nothing."""
    contract = rows.lock(session, approval.subject_id)
    if contract is None or contract.state is not ContractState.OFFERED:
        return
    state, reason = _HOW.get(why.code, (ContractState.CANCELLED, starting.REFUSED))
    starting.end_unstarted(session, contract, state, reason, actor=actor)


def is_waiting(session: Session, approval: StoredApproval) -> bool:
    """Return whether the contract still waits to be agreed to."""
    contract = rows.read(session, approval.subject_id)
    return contract is not None and contract.is_waiting
