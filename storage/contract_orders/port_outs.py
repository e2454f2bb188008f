"""Numbers that another operator takes: announced, called off, and gone, says the porting system.

Messages come late, twice and in any order. Each says as of when: an older one than is known changes
nothing, and what is gone is gone.
"""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.audit import Actor
from domain.contracts.port_outs import PortOutState
from storage.contract_orders import leaving, ported_out
from storage.contract_orders.leaving import PortOut, ToldPortOut
from storage.contracts import end_notices, outside_ends
from storage.database import Session


class PortOutOfAnother(Exception):
    """The id was told before, with another number."""


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
            return ported_out.completed(session, told, services, zone, actor)


def _store(session: Session, told: ToldPortOut, services: Sequence[UUID]) -> None:
    row = {"id": told.id, "state": told.state, "at": told.at, "as_of": told.as_of}
    session.execute(_STORE, row | {"services": list(services)})


def _announced(
    session: Session, told: ToldPortOut, services: list[UUID], actor: Actor
) -> PortOut | None:
    """Let the contracts of what has the number end at the moment, and of nothing else."""
    having = [row.id for row in leaving.having(session, told)]
    if not services and not having:
        return None
    leaving.let_go_on(session, told, set(services).difference(having), actor)
    for contract in leaving.in_force(session, having):
        if leaving.has_others(session, contract, having):
            outlives = outside_ends.outlive(session, contract, told.id, actor=actor)
            end_notices.number_leaves(session, outlives, actor=actor, message=told.message)
        else:
            outside_ends.set_moment(session, contract, told.id, told.at, actor=actor)
    return PortOut(told.id, told.state, told.at, sorted({*services, *having}))


def _cancelled(session: Session, told: ToldPortOut, services: list[UUID], actor: Actor) -> PortOut:
    """Call the ends off: the contracts are as before. Also told before it was announced."""
    leaving.let_go_on(session, told, services, actor)
    return PortOut(told.id, told.state, told.at, services)
