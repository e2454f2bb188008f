"""Ends what had a number when it left: contracts with their steps, and other services."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor, EventKind
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.reasons import Reason
from storage.accounts.services import put_services
from storage.accounts.stored_facts import facts_of
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contract_orders import end as ends
from storage.contract_orders import leaving
from storage.contract_orders.leaving import PortOut, ToldPortOut
from storage.contracts import ending, outside_ends, resting, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Session

_PORTED_OUT = Reason("number_ported_out", "Another operator has the number now")


def completed(
    session: Session, told: ToldPortOut, services: list[UUID], zone: ZoneInfo, actor: Actor
) -> PortOut | None:
    """End what had the number when it left: contracts with their steps, and other services.

    A contract that has other services goes on without this one. A service that was announced and
    had given the number away by then goes on. A number that rested here after an end rests no more.
    """
    found = leaving.having(session, told)
    services = [*services, *resting.left(session, told.number, told.at)]
    if not found and not services:
        return None
    leaving.let_go_on(session, told, set(services).difference(row.id for row in found), actor)
    processes: list[UUID] = []
    to_wake: list[UUID] = []
    gone = [row.id for row in found]
    for contract in leaving.in_force(session, gone):
        if leaving.has_others(session, contract, gone):
            outside_ends.outlive(session, contract, told.id, actor=actor)
            continue
        process_id, orders = _end(session, contract, zone, actor)
        processes.append(process_id)
        to_wake += orders
    left = [replace(facts_of(row), status=ServiceStatus.ENDED) for row in found]
    put = put_services(session, left, actor=actor)
    leaving.follow_last(session, gone, actor=actor)
    gone = sorted({*services, *gone})
    owner = next((row for row in found if ServiceKind(row.kind).owns_number), None)
    event = NewEvent(
        EventKind.NUMBER_PORTED_OUT,
        subject_id=told.id,
        account_id=(owner or found[0]).account_id if found else None,
        reason=_PORTED_OUT,
        after={"services": [str(each) for each in gone], "happened_at": told.at.isoformat()},
    )
    events.append(session, [event], actor=actor)
    return PortOut(told.id, told.state, told.at, gone, [*to_wake, *put.orders], processes)


def _end(
    session: Session, contract: StoredContract, zone: ZoneInfo, actor: Actor
) -> tuple[UUID, Sequence[UUID]]:
    """End a locked contract now, with its services and its order; returns its process."""
    if contract.state is not ContractState.ENDING:
        end = End(contract.now, EndReason.PORTED_OUT, is_from_outside=True)
        contract = ending.schedule(session, contract, end, actor=actor)
    elif contract.ends_at is not None and contract.ends_at > contract.now:
        ending.bring_forward(session, contract, EndReason.PORTED_OUT, actor=actor)
    contract = rows.lock(session, contract.id) or contract
    process_id = contract.end_process_id or ending.ask(session, contract.id)
    contract = rows.lock(session, contract.id) or contract
    ended = ends.end(session, contract, zone, actor=actor)
    return process_id, ended.orders
