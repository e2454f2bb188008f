"""A port-out as it is told and stored, and what of ours has, or had, its number: locked."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.audit import Actor
from domain.contracts.port_outs import PortOutState
from storage.accounts.stored_facts import STORED
from storage.contracts import end_notices, outside_ends, rows
from storage.contracts.rows import StoredContract
from storage.database import Session


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

    @property
    def message(self) -> str:
        """Return what tells this message from others about the same port-out."""
        return f"{self.id} {self.as_of.isoformat()}"


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


# What has the number since later has it since it came back.
_HAS = """s.number = :number AND s.status <> 'ended'
    AND COALESCE(s.number_since, s.created_at) <= :at"""
_WITH_OTHERS = text("""
SELECT EXISTS (
    SELECT FROM contract_service x JOIN service s ON s.id = x.service_id
    WHERE x.contract_id = :contract AND s.account_id = :account AND s.status <> 'ended'
        AND NOT s.id = ANY(:leaving))
""")
# Of what has had its number since before it was announced.
_LAST = text("""
SELECT p.id, p.at FROM port_out p
WHERE p.state = 'announced' AND NOT EXISTS (
    SELECT FROM contract_service x JOIN service s ON s.id = x.service_id
    WHERE x.contract_id = :contract AND s.account_id = :account AND s.status <> 'ended'
        AND (NOT s.id = ANY(p.services) OR COALESCE(s.number_since, s.created_at) > p.as_of))
ORDER BY p.at, p.id LIMIT 1
""")
_TO_LOCK = text(f"SELECT s.id FROM service s WHERE {_HAS}")
_HAVING = text(f"{STORED} WHERE {_HAS} ORDER BY s.id FOR UPDATE OF s")


def having(session: Session, told: ToldPortOut) -> Sequence[Row[Any]]:
    """Lock the services that have the number, after the contracts about them."""
    asked = {"number": told.number, "at": told.at}
    rows.lock_open_of(session, sorted(session.execute(_TO_LOCK, asked).scalars()))
    return session.execute(_HAVING, asked).all()


def in_force(session: Session, services: Sequence[UUID]) -> Iterator[StoredContract]:
    """Lock the contracts of these services that are in force, each as it is once it is its turn.

    The end of one may have ended the next: a Mobiil-ID goes with its host.
    """
    for each in rows.lock_open_of(session, services):
        contract = rows.lock(session, each.id)
        if contract is not None and contract.state.is_in_force:
            yield contract


def has_others(session: Session, contract: StoredContract, leaving: Sequence[UUID]) -> bool:
    """Return whether a contract has services besides those whose number leaves: it goes on."""
    about = {"contract": contract.id, "account": contract.account_id, "leaving": list(leaving)}
    return bool(session.execute(_WITH_OTHERS, about).scalar_one())


def follow_last(session: Session, services: Sequence[UUID], *, actor: Actor) -> None:
    """Let contracts end when their last number leaves, which was announced while they had others.

    ``services``: those that have just left them.
    """
    for contract in in_force(session, services):
        about = {"contract": contract.id, "account": contract.account_id}
        if not has_others(session, contract, services):
            continue
        if (last := session.execute(_LAST, about).one_or_none()) is not None:
            outside_ends.set_moment(session, contract, last.id, last.at, actor=actor)


def let_go_on(
    session: Session, told: ToldPortOut, services: Collection[UUID], actor: Actor
) -> None:
    """Call the ends of these services' contracts off that this port-out set."""
    for contract in in_force(session, sorted(services)):
        is_set = contract.port_out_id == told.id
        outside_ends.call_off_moment(session, contract, told.id, actor=actor)
        if not is_set and has_others(session, contract, sorted(services)):
            end_notices.number_stays(session, contract, actor=actor, message=told.message)
