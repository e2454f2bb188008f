"""Ends of told contracts that follow from something else than the record says.

A number is to leave as well, and the earlier of two ends counts; or the term is over by now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.contracts.states import ContractState
from domain.contracts.told import ToldContract
from storage.access.grants import GrantChange
from storage.contracts import expiring, outside_ends, rows, service_access
from storage.contracts.told_rows import KnownContract
from storage.database import Session


@dataclass(frozen=True, slots=True)
class Followed:
    """Contracts that got another end, and the grants that gave access to their services before."""

    changed: Sequence[UUID] = ()
    held: Sequence[GrantChange] = ()


def follow(
    session: Session,
    told: Iterable[ToldContract],
    known: Mapping[UUID, KnownContract],
    zone: ZoneInfo,
    *,
    actor: Actor,
) -> Followed:
    """Let the earlier end of these contracts count, after their records were stored. Idempotent.

    One whose term is over ends now, and not with the next sweep: so whoever imports a file is told
    of the access that ends with it.
    """
    told = list(told)
    ids = [each.id for each in told]
    leaving = [each for each in told if _is_leaving(known.get(each.id))]
    services = {id_ for each in leaving for id_ in each.services}
    services.update(id_ for each in expiring.over(session, ids, zone) for id_ in each.service_ids)
    held = service_access.in_force(session, sorted(services)) if services else ()
    changed = {each.id for each in leaving if _has_moved(session, each, actor)}
    for contract in expiring.over(session, ids, zone):
        expiring.end_over(session, contract, zone)
        changed.add(contract.id)
    return Followed(sorted(changed), held)


def _is_leaving(known: KnownContract | None) -> bool:
    return known is not None and known.is_leaving and not known.standing.is_end_begun


def _has_moved(session: Session, told: ToldContract, actor: Actor) -> bool:
    contract = rows.lock(session, told.id)
    if contract is None or not contract.state.is_in_force:
        return False
    is_over = told.state is ContractState.ENDED
    moved = outside_ends.follow_told(session, contract, told.ends_at, is_over=is_over, actor=actor)
    return moved.version != contract.version
