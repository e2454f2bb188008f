"""Contracts that are suspended, and those that are not any more: their state.

One that is ending stays so: it is suspended until its end, and called off it is suspended.
"""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from domain.messages.notices import NewNotice, NoticeKind
from domain.reasons import Reason
from storage.access import representatives
from storage.contracts import changing
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.messages import notices

SUSPENDED = Reason("contract_suspended", "Its service is shut off")
RESUMED = Reason("contract_resumed", "Its service is opened again")
REPORTED = Reason(
    "contract_reported_lost", "Reported lost or stolen while its service was shut off"
)
STILL_TOLD = Reason(
    "contract_suspension_told", "It is found; the operator's record suspends it still"
)
_CONCERNED = text("""
SELECT a.person_id FROM account a WHERE a.id = :account AND a.person_id IS NOT NULL
UNION SELECT s.user_id FROM service s WHERE s.id = ANY(:services) AND s.user_id IS NOT NULL
""")


def suspend(
    session: Session,
    contract: StoredContract,
    reason: SuspendReason,
    order_id: UUID | None,
    *,
    actor: Actor,
    note: str = "",
) -> StoredContract:
    """Suspend a locked contract in force; ``order_id`` shuts its services off. Tells people.

    None: it has no service at a network. One that is suspended already gets another reason.
    """
    state = contract.state
    moved = _change(
        session,
        contract,
        ContractState.SUSPENDED if state is ContractState.ACTIVE else state,
        reason,
        order_id,
        actor=actor,
        why=SUSPENDED if contract.suspend_reason is None else REPORTED,
        note=note,
    )
    _tell(session, moved, NoticeKind.CONTRACT_SUSPENDED, actor)
    return moved


def resume(
    session: Session,
    contract: StoredContract,
    order_id: UUID | None,
    *,
    actor: Actor,
    note: str = "",
) -> StoredContract:
    """End the suspension of a locked contract; ``order_id`` opens its services. Tells people."""
    state = contract.state
    moved = _change(
        session,
        contract,
        ContractState.ACTIVE if state is ContractState.SUSPENDED else state,
        None,
        order_id,
        actor=actor,
        why=RESUMED,
        note=note,
    )
    _tell(session, moved, NoticeKind.CONTRACT_RESUMED, actor)
    return moved


def tell_opened(session: Session, contract: StoredContract, *, actor: Actor) -> None:
    """Tell the people of a contract that a service of it is opened that another one had shut."""
    _tell(session, contract, NoticeKind.CONTRACT_RESUMED, actor)


def back_to_told(
    session: Session, contract: StoredContract, *, actor: Actor, note: str = ""
) -> StoredContract:
    """Leave a locked contract suspended by the operator's record alone: nothing is opened."""
    told = SuspendReason.TOLD
    return _change(
        session, contract, contract.state, told, None, actor=actor, why=STILL_TOLD, note=note
    )


def _change(
    session: Session,
    contract: StoredContract,
    state: ContractState,
    reason: SuspendReason | None,
    order_id: UUID | None,
    *,
    actor: Actor,
    why: Reason,
    note: str,
) -> StoredContract:
    return changing.change(
        session,
        contract,
        state,
        actor=actor,
        why=why,
        before={"suspended": contract.suspend_reason},
        facts={"suspended": reason},
        note=note,
        suspend_reason=reason,
        suspend_order_id=order_id,
    )


def _tell(session: Session, contract: StoredContract, kind: NoticeKind, actor: Actor) -> None:
    """Tell the owner, or who represents it, and the users: each once for each time."""
    asked = {"account": contract.account_id, "services": list(contract.service_ids)}
    whom = set(session.execute(_CONCERNED, asked).scalars())
    whom.update(representatives.of_account(session, contract.account_id))
    if contract.person_id is not None:
        whom.add(contract.person_id)
    told = [
        NewNotice(each, kind, contract.id, str(contract.version), contract.account_id)
        for each in sorted(whom)
    ]
    notices.create(session, told, actor=actor)
