"""What follows for contracts where a service is lost or becomes another, whoever says so.

In the transaction of that change, so that no access outlives it. Steps, where there are any, are
carried out by the process of the end.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.contracts.reasons import EndReason, EndSource, StartRefusal
from domain.contracts.states import BEFORE_ACTIVE, ContractState
from domain.reasons import Reason
from storage.contracts import changing, end_notices, ending, outside_ends, resting, rows, starting
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Session

SERVICE_ENDED = Reason(
    "contract_service_ended", "The operator's systems told that its service ended or moved"
)
_ALL_LOST = text("""
SELECT NOT EXISTS (
    SELECT FROM contract_service x JOIN service s ON s.id = x.service_id
    WHERE x.contract_id = :contract AND s.status <> 'ended' AND s.account_id = :account)
""")
_STAYED = text("""
SELECT EXISTS (
    SELECT FROM contract_service x JOIN service s ON s.id = x.service_id
    WHERE x.contract_id = :contract AND s.account_id = :account)
""")
_LEAVING = text("""
SELECT DISTINCT c.id AS contract_id, c.port_out_id
FROM contract_service x JOIN contract c ON c.id = x.contract_id
    JOIN port_out p ON p.id = c.port_out_id AND x.service_id = ANY(p.services)
WHERE x.service_id = ANY(:services) AND p.state = 'announced' ORDER BY c.id
""")
_LEFT = text("""
DELETE FROM contract_service x USING service s
WHERE x.contract_id = :contract AND s.id = x.service_id AND s.account_id <> :account
""")


def services_lost(session: Session, lost: Mapping[UUID, str | None], *, actor: Actor) -> None:
    """End the contracts of services that ended or moved to another account, by another's word.

    ``lost``: each with the number that it had. One that has a service left goes on. What rests on
    them ends as well. Repeating changes nothing.
    """
    service_ids = sorted(lost)
    for contract in rows.lock_open_of(session, service_ids):
        asked = {"contract": contract.id, "account": contract.account_id}
        if session.execute(_ALL_LOST, asked).scalar_one():
            _end_told(session, contract, lost, actor)
        else:  # what is another account's now is suspended and ended by nobody here
            session.execute(_LEFT, asked)
    hosts_changed(session, service_ids, EndReason.HOST_ENDED, actor=actor)


def numbers_given_away(session: Session, service_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Call off the ends of contracts whose number was to leave: their services have it no more.

    The end is the number's. What has it now is told to end by the next message of the port-out.
    """
    if not service_ids:
        return
    for row in session.execute(_LEAVING, {"services": list(service_ids)}).all():
        contract = rows.lock(session, row.contract_id)
        if contract is not None and contract.state.is_in_force:
            outside_ends.call_off_moment(session, contract, row.port_out_id, actor=actor)


def hosts_changed(
    session: Session, service_ids: Collection[UUID], reason: EndReason, *, actor: Actor
) -> None:
    """End what rests on these services now: the host, its number, SIM or user is another one.

    What was not active yet is cancelled. Repeating changes nothing.
    """
    if not service_ids:
        return
    for contract in rows.lock_open_on(session, sorted(service_ids)):
        if contract.state in BEFORE_ACTIVE:
            unsuitable = StartRefusal.HOST_UNSUITABLE
            starting.give_up(session, contract, starting.REFUSED, actor=actor, refusal=unsuitable)
        else:
            end_now(session, contract, reason, actor=actor)


def end_now(session: Session, contract: StoredContract, reason: EndReason, *, actor: Actor) -> None:
    """End a locked contract in force at this moment; one that ends later is brought forward.

    Repeating changes nothing.
    """
    if contract.state is not ContractState.ENDING:
        ending.schedule(session, contract, End(contract.now, reason), actor=actor)
    elif contract.ends_at is not None and contract.ends_at > contract.now:
        ending.bring_forward(session, contract, reason, actor=actor)


def _end_told(
    session: Session, contract: StoredContract, lost: Mapping[UUID, str | None], actor: Actor
) -> None:
    """End a contract whose services have ended already: nothing is left to be done of it.

    Its number rests, unless the service moved: then it is another account's.
    """
    if contract.state in BEFORE_ACTIVE:
        starting.give_up(session, contract, SERVICE_ENDED, actor=actor)
        return
    if contract.state is not ContractState.ENDING:
        end_notices.ends(session, contract, EndReason.SERVICE_ENDED, actor=actor)
    at = min(contract.ends_at or contract.now, contract.now)
    changing.move(
        session,
        contract,
        ContractState.ENDED,
        actor=actor,
        why=SERVICE_ENDED,
        ends_at=at,
        number_kept_until=_kept_until(session, contract, at),
        end_reason=EndReason.SERVICE_ENDED,
        # Told with its service: what moved is told again, on its new account.
        end_source=contract.end_source or EndSource.TOLD,
        end_by=actor.as_json(),
        closed_at=contract.now,
    )
    resting.rest(session, [contract.id], lost)


def _kept_until(session: Session, contract: StoredContract, at: datetime) -> datetime | None:
    asked = {"contract": contract.id, "account": contract.account_id}
    if not session.execute(_STAYED, asked).scalar_one():
        return None
    return resting.kept_until(contract, resting.product_of(session, contract), at)
