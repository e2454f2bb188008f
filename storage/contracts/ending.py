"""Contracts that end: the end is set, brought forward, and due at its moment.

Access by grants on their services ends at that moment by itself (``service.access_until``); the
process that is asked for then ends the services and carries out the steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.contracts.reasons import EndReason, EndSide, EndSource
from domain.contracts.states import ContractState
from domain.processes import ProcessType, contract_end_id
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contracts import changing, end_notices, service_access
from storage.contracts.rows import StoredContract
from storage.database import Connection, Session
from storage.processes import processes

ENDS = Reason("contract_ends", "Its end was set")
CALLED_OFF = Reason("contract_end_called_off", "Its end was called off before its moment")


class EndReached(Exception):
    """The moment of the end is over: it cannot be called off, nor set anew."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a contract."""

    at: datetime
    reason: EndReason
    cost: Sequence[Mapping[str, Any]] = ()
    """What it costs, as previewed: ``cents``, ``currency``, ``is_vat_included``, ``rule``."""
    is_cost_known: bool = True
    """False: there is more to pay, or to get back, than ``cost`` says."""
    is_from_outside: bool = False
    """Its moment is another's to say: a number that is ported."""
    side: EndSide | None = None
    """Whose persons set it; None: staff, or the engine."""

    def set_by(self, actor: Actor) -> dict[str, Any]:
        """Return who set it, as it is stored: the actor, and the side of a person."""
        side = {} if self.side is None else {"side": self.side.value}
        return actor.as_json() | side


def schedule(
    session: Session, contract: StoredContract, end: End, *, actor: Actor
) -> StoredContract:
    """Set the end of a locked contract in force. A moment that is past is now."""
    at = max(end.at, contract.now)
    moved = changing.move(
        session,
        contract,
        ContractState.ENDING,
        actor=actor,
        why=ENDS,
        facts={"ends_at": at.isoformat(), "reason": end.reason.value},
        ends_at=at,
        end_reason=end.reason,
        end_source=EndSource.HERE,
        end_by=end.set_by(actor),
        end_cost=[dict(each) for each in end.cost],
        is_end_cost_known=end.is_cost_known,
        end_is_from_outside=end.is_from_outside,
    )
    service_access.follow(session, contract.service_ids)
    end_notices.ends(session, moved, end.reason, actor=actor)
    return moved


def bring_forward(
    session: Session, contract: StoredContract, reason: EndReason, *, actor: Actor
) -> None:
    """End a locked contract now that is ending later, for another reason; it costs no more."""
    changing.update(
        session,
        contract,
        ends_at=contract.now,
        end_reason=reason,
        end_source=EndSource.HERE,
        end_by=actor.as_json(),
        end_is_from_outside=False,
        port_out_id=None,
        end_beside=None,
    )
    event = NewEvent(
        EventKind.CONTRACT_CHANGED,
        subject_id=contract.id,
        account_id=contract.account_id,
        person_id=contract.person_id,
        reason=ENDS,
        before={"state": contract.state.value},
        after={
            "state": contract.state.value,
            "ends_at": contract.now.isoformat(),
            "reason": reason.value,
        },
    )
    events.append(session, [event], actor=actor)
    service_access.follow(session, contract.service_ids)
    changed = replace(contract, version=contract.version + 1)
    end_notices.ends(session, changed, reason, actor=actor)


_DUE = text("""
SELECT id FROM contract
WHERE state = 'ending' AND ends_at <= clock_timestamp() AND end_process_id IS NULL
ORDER BY ends_at, id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
""")
_ASK = text(f"""
WITH due AS (
    UPDATE contract SET end_process_id = :process, version = version + 1, seen_at = NULL,
        woken_at = NULL, changed_at = clock_timestamp()
    WHERE id = :id RETURNING CAST(:process AS uuid) AS id, account_id
)
{processes.asked("due", account_id="account_id")}
""")
_AGE = text("""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(ends_at)), 0) FROM contract
WHERE state = 'ending' AND ends_at <= clock_timestamp() AND end_process_id IS NULL
""")


def ask_for_due(session: Session, *, limit: int = 100) -> int:
    """Ask for the processes of ends whose moment has come; returns how many. A sweep."""
    found = session.execute(_DUE, {"limit": limit}).scalars().all()
    for contract_id in found:
        ask(session, contract_id)
    return len(found)


def ask(session: Session, contract_id: UUID) -> UUID:
    """Ask for the process of the end of a contract that has none yet; returns its id."""
    process_id = uuid4()
    parameters = {
        "id": contract_id,
        "process": process_id,
        "workflow_id": contract_end_id(contract_id),
        **processes.new(ProcessType.CONTRACT_END),
    }
    session.execute(_ASK, parameters)
    return process_id


def age_of_due(connection: Connection) -> float:
    """Return the seconds since the first end whose process is not asked for yet."""
    return float(connection.execute(_AGE).scalar_one())


_OF_PROCESS = text("SELECT id FROM contract WHERE end_process_id = :process")


def contract_of(connection: Connection, process_id: UUID) -> UUID:
    """Return the contract that a process ends. Raises NoResultFound."""
    id_: UUID = connection.execute(_OF_PROCESS, {"process": process_id}).scalar_one()
    return id_


def end_process(session: Session, contract: StoredContract) -> None:
    """End the process that carries the end out. Repeating changes nothing."""
    processes.end(session, contract.end_process_id)
