"""Contracts as the operator's systems tell them: taken in, and kept as told."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor, EventKind
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.reasons import EndReason, EndSource
from domain.contracts.states import ContractState
from domain.contracts.told import Standing, ToldContract, ToldRefusal, suspension_after, undoes
from storage.access.grants import GrantChange
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contracts import (
    changing,
    resting,
    service_access,
    told_documents,
    told_ends,
    told_notices,
    told_rows,
)
from storage.contracts.rows import StoredContract
from storage.contracts.told_rows import KnownContract, Row
from storage.database import Session
from storage.parties import upsert


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of taking contracts in. Those that changed nothing are in no list."""

    created: Sequence[UUID] = ()
    changed: Sequence[UUID] = ()
    refused: Mapping[UUID, ToldRefusal] = field(default_factory=dict)
    """They stay as they are."""
    services: AbstractSet[UUID] = frozenset()
    """Services of those that changed, before and after."""
    left: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    """By contract that was reported lost here: services that it held, and does not any more."""
    held: Sequence[GrantChange] = ()
    """Grants that gave access to some of them before it followed from another end."""

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            [*self.created, *other.created],
            [*self.changed, *other.changed],
            {**self.refused, **other.refused},
            self.services | other.services,
            {**self.left, **other.left},
            [*self.held, *other.held],
        )


def put(
    session: Session, parts: Iterable[Sequence[ToldContract]], zone: ZoneInfo, *, actor: Actor
) -> tuple[Taken, Sequence[GrantChange]]:
    """Create or replace contracts as they are told, each id once. Idempotent.

    Access to their services ends with the last of their contracts, from the moment that is told,
    once all parts are stored: their order does not matter. What was decided here, an end or a
    suspension, is kept; a record that undoes it is refused. Those concerned are told of an end
    that is to come. One whose term is over by now, in ``zone``, ends.

    Returns what was taken in, and the grants that give no access any more, since the contracts of
    their service are over.
    """
    taken = Taken()
    for part in parts:
        taken += _put(session, part, zone, actor)
    return taken, service_access.followed(session, taken.services, taken.held)


def _put(session: Session, told: Sequence[ToldContract], zone: ZoneInfo, actor: Actor) -> Taken:
    known = told_rows.lock_known(session, told)
    refused = _refused(session, told, known)
    taken = {each.id: each for each in told if each.id not in refused}
    new = _rows(session, taken.values(), known, actor)
    changed = told_rows.put(session, new)
    told_again = [taken[id_] for id_ in sorted(changed)]
    said = [_event(each, row, known.get(each.id)) for each, row in _with(told_again, new)]
    events.append(session, said, actor=actor)
    followed = told_ends.follow(session, taken.values(), known, zone, actor=actor)
    told_documents.follow(session, known.keys() & taken.keys())
    resting.rest(session, changed)
    for each in told_again:
        told_notices.create(session, each, known.get(each.id), actor=actor)
    also = {*changed, *followed.changed}
    services = {id_ for each in also for id_ in taken[each].services}
    return Taken(
        [each.id for each in told_again if each.id not in known],
        sorted(also & known.keys()),
        refused,
        services.union(*changed.values()),
        {
            each.id: gone
            for each in told_again
            if (there := known.get(each.id)) and (gone := there.left_by(each, changed[each.id]))
        },
        followed.held,
    )


def _refused(
    session: Session, told: Sequence[ToldContract], known: Mapping[UUID, KnownContract]
) -> Mapping[UUID, ToldRefusal]:
    refused = dict.fromkeys(told_rows.incomplete(session, told), ToldRefusal.INCOMPLETE)
    for each in told:
        if (stored := known.get(each.id)) is None:
            continue
        if stored.is_ours:
            refused[each.id] = ToldRefusal.STARTED_HERE
        elif undoes(each.state, stored.standing):
            refused[each.id] = ToldRefusal.DECIDED_HERE
    return refused


def _rows(
    session: Session,
    told: Iterable[ToldContract],
    known: Mapping[UUID, KnownContract],
    actor: Actor,
) -> Sequence[Row]:
    told = list(told)
    people = upsert.person_ids(session, [each.user for each in told if each.user is not None])
    found = []
    for each in told:
        person_id = None if each.user is None else str(people[each.user])
        party = Party.OWNER if person_id is None else Party.USER
        whose = {"agreement": Agreement.SIGN, "party": party, "person_id": person_id}
        found.append(told_rows.as_row(each) | whose | _end_and_suspension(each, known, actor))
    return found


def _end_and_suspension(
    told: ToldContract, known: Mapping[UUID, KnownContract], actor: Actor
) -> Row:
    """Return what of a contract may have been decided here: that is kept."""
    there = known.get(told.id)
    standing = Standing() if there is None else there.standing
    end = _end(told, actor) if there is None or not standing.keeps_end else there.end
    after = suspension_after(told.state, standing)
    suspended: Row = {"suspend_reason": after.reason, "suspension_is_told": after.is_told}
    is_open = told.state is ContractState.ACTIVE and not standing.keeps_end
    if is_open and after.reason is not None:  # by us alone, from now on
        suspended["state"] = ContractState.SUSPENDED
    return end | suspended


def _end(told: ToldContract, actor: Actor) -> Row:
    ends = told.ends_at is not None
    ended_at = None
    if told.ends_at is not None and told.state is ContractState.ENDED:
        ended_at = told.ends_at.isoformat()
    return {
        "end_reason": EndReason.CUSTOMER if ends else None,
        "end_source": EndSource.TOLD if ends else None,
        "end_by": actor.as_json() if ends else None,
        "end_cost": None,
        "is_end_cost_known": False if ends else None,
        "ended_at": ended_at,
        "closed_at": ended_at,
    }


def _with(told: Iterable[ToldContract], rows: Iterable[Row]) -> Iterable[tuple[ToldContract, Row]]:
    by_id = {row["id"]: row for row in rows}
    return ((each, by_id[str(each.id)]) for each in told)


def _event(told: ToldContract, row: Row, known: KnownContract | None) -> NewEvent:
    """Return the event; it has the end where that is another than was known."""
    after = {"state": row["state"], "product": told.product}
    if told.ends_at is not None and (known is None or known.ends_at != told.ends_at):
        after["ends_at"] = told.ends_at.isoformat()
    return NewEvent(
        EventKind.CONTRACT_TOLD,
        subject_id=told.id,
        account_id=told.account_id,
        person_id=None if row["person_id"] is None else UUID(row["person_id"]),
        after=after,
    )


def put_end_facts(
    session: Session, contract: StoredContract, facts: Mapping[str, Any], *, actor: Actor
) -> None:
    """Replace what a locked contract's end goes by. Repeating changes nothing."""
    if all(getattr(contract, name) == value for name, value in facts.items()):
        return
    changing.update(session, contract, **facts)
    event = NewEvent(
        EventKind.CONTRACT_TOLD,
        subject_id=contract.id,
        account_id=contract.account_id,
        person_id=contract.person_id,
        after={"state": contract.state.value, "product": contract.product},
    )
    events.append(session, [event], actor=actor)
