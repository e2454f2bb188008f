"""Closes the processes of contracts as an operator wishes: in their state, with nothing undone."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.contracts.states import BEFORE_ACTIVE, ContractState
from domain.reasons import Reason
from storage.contract_orders import start
from storage.contracts import changing, ending, rows, starting
from storage.database import Connection, Session
from storage.orders.beginning import OPEN

ENGINE = Actor(ActorKind.ENGINE, "contracts")
# Contracts that are looked at because their order has ended: those of a closed process, by nobody.
_LEFT = f"""
FROM contract c JOIN process p ON p.id = c.id JOIN service_order o ON o.id = c.start_order_id
WHERE c.seen_at IS NULL AND c.started_by IS NOT NULL AND c.state = 'activating'
    AND p.ended_at IS NOT NULL AND NOT o.{OPEN}
"""
_LEFT_IDS = text(f"SELECT c.id {_LEFT} ORDER BY c.changed_at, c.id LIMIT :limit")
_AGE_OF_LEFT = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(o.ended_at)), 0) {_LEFT}
""")


def close_start(session: Session, contract_id: UUID, why: Reason, actor: Actor) -> None:
    """Cancel a contract that is not active yet. Repeating changes nothing.

    What is left of the order that sets it up is cancelled; the contract is, once that has ended:
    ``let_go``.
    """
    contract = rows.lock(session, contract_id)
    if contract is None or contract.state not in BEFORE_ACTIVE:
        return
    starting.give_up(session, contract, why, actor=actor)
    given_up = rows.lock(session, contract_id)
    if given_up is not None and given_up.state is ContractState.ACTIVATING:
        start.let_go(session, given_up, actor=actor)
        starting.end_process(session, contract_id)


def let_go(session: Session, *, limit: int = 100) -> int:
    """Cancel contracts of closed processes whose order has ended; returns how many. A sweep.

    What the order had set up by then is set down by another one.
    """
    found: Sequence[UUID] = session.execute(_LEFT_IDS, {"limit": limit}).scalars().all()
    for id_ in found:
        contract = rows.lock(session, id_)
        if contract is not None and contract.state is ContractState.ACTIVATING:
            start.let_go(session, contract, actor=ENGINE)
    return len(found)


def age_of_left(connection: Connection) -> float:
    """Return the seconds since the oldest order ended of a contract to let go; 0: there is none."""
    return float(connection.execute(_AGE_OF_LEFT).scalar_one())


def close_end(session: Session, process_id: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # its order says why
    """Close an end as it is. Repeating changes nothing."""
    contract = rows.lock(session, ending.contract_of(session.connection(), process_id))
    if contract is None:
        return
    if contract.closed_at is None and contract.state is ContractState.ENDED:
        changing.update(session, contract, closed_at=contract.now)
    ending.end_process(session, contract)
