"""Numbers that another operator takes: announced, called off, and gone, says the porting system.

Messages come late, twice and in any order. Each says as of when: an older one than is known changes
nothing, and what is gone is gone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor, EventKind
from domain.contracts.port_outs import PortOutState
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.reasons import Reason
from storage.accounts.services import put_services
from storage.accounts.stored_facts import STORED, facts_of
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contract_orders import end as ends
from storage.contracts import ending, outside_ends, resting, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Session

_PORTED_OUT = Reason("number_ported_out", "Another operator has the number now")


class PortOutOfAnother(Exception):
    """The id was told before, with another number."""


@dataclass(frozen=True, slots=True)
class ToldPortOut:
    """A message of the porting system."""

    id: UUID
    """Given by the porting system."""
    number: str
    number_digests: Sequence[str]
    """Keyed digests of it, by each key that is in use; the one to be kept first."""
    state: PortOutState
    at: datetime
    """When the number leaves, or has left."""
    as_of: datetime
    """When the porting system knew so."""


@dataclass(frozen=True, slots=True)
class PortOut:
    """A number that leaves, or does not, and what ends with it."""

    id: UUID
    state: PortOutState
    at: datetime
    services: Sequence[UUID]
    """Services that have, or had, the number."""
    to_wake: Sequence[UUID] = ()
    """Orders that were ended in part."""
    to_start: Sequence[UUID] = ()
    """Processes that were asked for."""


_CLAIM = text("""
INSERT INTO port_out (id, state, at, as_of, services, number_digest)
VALUES (:id, :state, :at, '1970-01-01 00:00Z', '{}', :digest) ON CONFLICT (id) DO NOTHING
""")
_KNOWN = text("""
SELECT id, state, at, as_of, services, number_digest FROM port_out WHERE id = :id FOR UPDATE
""")
_STORE = text("""
UPDATE port_out SET state = :state, at = :at, as_of = :as_of, services = :services,
    updated_at = clock_timestamp()
WHERE id = :id
""")
_FORGET = text("DELETE FROM port_out WHERE id = :id AND services = '{}'")
# What has the number since later has it since it came back.
_HAS = """s.number = :number AND s.status <> 'ended'
    AND COALESCE(s.number_since, s.created_at) <= :at"""
_TO_LOCK = text(f"SELECT s.id FROM service s WHERE {_HAS}")
_HAVING = text(f"{STORED} WHERE {_HAS} ORDER BY s.id FOR UPDATE OF s")


def tell(session: Session, told: ToldPortOut, zone: ZoneInfo, *, actor: Actor) -> PortOut | None:
    """Follow a message; returns how the port-out stands. None: no service has the number.

    Idempotent by the porting system's id, for ever. Raises PortOutOfAnother.
    """
    claim = {"id": told.id, "state": told.state, "at": told.at, "digest": told.number_digests[0]}
    session.execute(_CLAIM, claim)
    known = session.execute(_KNOWN, {"id": told.id}).one()
    services = list(known.services)
    if known.number_digest not in told.number_digests:
        raise PortOutOfAnother
    is_gone = services and known.state == PortOutState.COMPLETED
    if is_gone or (told.state is not PortOutState.COMPLETED and told.as_of <= known.as_of):
        return PortOut(told.id, PortOutState(known.state), known.at, services)
    done = _followed(session, told, services, zone, actor)
    if done is None:  # there is nothing to remember
        session.execute(_FORGET, {"id": told.id})
    else:
        _store(session, told, done.services)
    return done


def _followed(
    session: Session, told: ToldPortOut, services: list[UUID], zone: ZoneInfo, actor: Actor
) -> PortOut | None:
    match told.state:
        case PortOutState.ANNOUNCED:
            return _announced(session, told, services, actor)
        case PortOutState.CANCELLED:
            return _cancelled(session, told, services, actor)
        case PortOutState.COMPLETED:
            return _completed(session, told, services, zone, actor)


def _store(session: Session, told: ToldPortOut, services: Sequence[UUID]) -> None:
    row = {"id": told.id, "state": told.state, "at": told.at, "as_of": told.as_of}
    session.execute(_STORE, row | {"services": list(services)})


def _announced(
    session: Session, told: ToldPortOut, services: list[UUID], actor: Actor
) -> PortOut | None:
    """Let the contracts of what has the number end at the moment, and of nothing else."""
    having = [row.id for row in _having(session, told)]
    if not services and not having:
        return None
    _let_go_on(session, told, set(services).difference(having), actor)
    for contract in _in_force(session, having):
        outside_ends.set_moment(session, contract, told.id, told.at, actor=actor)
    return PortOut(told.id, told.state, told.at, sorted({*services, *having}))


def _let_go_on(
    session: Session, told: ToldPortOut, services: Collection[UUID], actor: Actor
) -> None:
    """Call the ends of these services' contracts off that this port-out set."""
    for contract in _in_force(session, sorted(services)):
        outside_ends.call_off_moment(session, contract, told.id, actor=actor)


def _cancelled(session: Session, told: ToldPortOut, services: list[UUID], actor: Actor) -> PortOut:
    """Call the ends off: the contracts are as before. Also told before it was announced."""
    _let_go_on(session, told, services, actor)
    return PortOut(told.id, told.state, told.at, services)


def _completed(
    session: Session, told: ToldPortOut, services: list[UUID], zone: ZoneInfo, actor: Actor
) -> PortOut | None:
    """End what had the number when it left: contracts with their steps, and other services.

    A service that was announced and had given the number away by then goes on. A number that rested
    here after an end rests no more.
    """
    found = _having(session, told)
    services = [*services, *resting.left(session, told.number, told.at)]
    if not found and not services:
        return None
    _let_go_on(session, told, set(services).difference(row.id for row in found), actor)
    processes: list[UUID] = []
    to_wake: list[UUID] = []
    for contract in _in_force(session, [row.id for row in found]):
        process_id, orders = _end(session, contract, zone, actor)
        processes.append(process_id)
        to_wake += orders
    left = [replace(facts_of(row), status=ServiceStatus.ENDED) for row in found]
    put = put_services(session, left, actor=actor)
    gone = sorted({*services, *(row.id for row in found)})
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


def _having(session: Session, told: ToldPortOut) -> Sequence[Row[Any]]:
    """Lock the services that have the number, after the contracts about them."""
    asked = {"number": told.number, "at": told.at}
    rows.lock_open_of(session, sorted(session.execute(_TO_LOCK, asked).scalars()))
    return session.execute(_HAVING, asked).all()


def _in_force(session: Session, services: Sequence[UUID]) -> list[StoredContract]:
    """Lock the contracts of these services that are in force, each as it is by then."""
    ids = [each.id for each in rows.lock_open_of(session, services)]
    found = (rows.lock(session, id_) for id_ in ids)
    return [each for each in found if each is not None and each.state.is_in_force]
