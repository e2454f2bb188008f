"""Use cases that take away: revoke, waive, narrow. Each is true at commit, with its cascade."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.delegations.basis import BasisKind
from domain.delegations.last_manager import WarningCode
from domain.delegations.offer_rules import OfferRules
from domain.delegations.states import DelegationEnd
from domain.delegations.terms import Terms
from domain.messages.notices import NoticeKind
from services.delegations.authority import require_manager
from services.delegations.reads import read_delegation
from services.delegations.warnings import watching
from services.engine import Engine
from services.errors import NotFound
from storage.database import Session
from storage.delegations import co_representatives, delegation_queries, ends, narrowing, rows
from storage.delegations.delegation_views import DelegationView
from storage.delegations.ends import Ended


@dataclass(frozen=True, slots=True)
class EndedDelegation:
    """A delegation that has ended, and the event of its end."""

    view: DelegationView
    event_id: int | None
    warnings: Sequence[WarningCode]


async def revoke_delegation(
    engine: Engine, delegation_id: UUID, person_id: UUID, *, actor: Actor
) -> EndedDelegation:
    """Take a delegation back, with everything that was passed on from it. Repeatable.

    Raises NotFound where there is none that this person manages.
    """

    def write(session: Session) -> Sequence[WarningCode]:
        ground = require_manager(session, delegation_id, person_id)
        done, warnings = _end(session, delegation_id, person_id, DelegationEnd.REVOKED, actor)
        if ground.kind is BasisKind.JOINT:
            _tell_of_end(session, delegation_id, done, person_id, actor)
        return warnings

    return await _ended(engine, delegation_id, await engine.write(write))


async def waive_delegation(
    engine: Engine, delegation_id: UUID, person_id: UUID, *, actor: Actor
) -> EndedDelegation:
    """Give up a delegation that this person received, with what they passed on. Repeatable.

    Raises NotFound where they received none of this id.
    """

    def write(session: Session) -> Sequence[WarningCode]:
        found = rows.read(session.connection(), delegation_id)
        if found is None or found.receiver_id != person_id or found.accepted_at is None:
            raise NotFound
        return _end(session, delegation_id, person_id, DelegationEnd.WAIVED, actor)[1]

    return await _ended(engine, delegation_id, await engine.write(write))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Terms that give less than those in force, and who wants them."""

    delegation_id: UUID
    terms: Terms
    person_id: UUID


async def narrow_delegation(
    engine: Engine, rules: OfferRules, wanted: Narrowing, *, actor: Actor
) -> DelegationView:
    """Shorten a delegation, or take some of it away; what was passed on is clipped. Repeatable.

    Raises NotFound, or DelegationRefused ``not_narrower`` where the terms give anything more.
    """

    def write(session: Session) -> None:
        id_, person_id = wanted.delegation_id, wanted.person_id
        ground = require_manager(session, id_, person_id)
        before = rows.in_force(session.connection(), [id_]).get(id_)
        narrowing.narrow(session, id_, wanted.terms, rules, actor=actor)
        after = rows.in_force(session.connection(), [id_]).get(id_)
        if ground.kind is BasisKind.JOINT and after and before != after:
            account_id = rows.lock(session, [id_])[id_].account_id
            about = (NoticeKind.DELEGATION_NARROWED, account_id, id_, str(after.number))
            co_representatives.tell(session, *about, by=person_id, actor=actor)

    await engine.write(write)
    return await read_delegation(engine, wanted.delegation_id)


@dataclass(frozen=True, slots=True)
class Preview:
    """Preview of an end: what would end with a delegation, and warnings to whoever ends it."""

    ended: Ended
    warnings: Sequence[WarningCode]


async def preview_end(engine: Engine, delegation_id: UUID, person_id: UUID | None) -> Preview:
    """Return what would end with a delegation, computed by the code that ends it.

    ``person_id``: who asks, and is warned; None: staff.
    """
    preview = Actor(ActorKind.ENGINE, "preview")
    done, warnings = await engine.try_out(
        lambda s: _end(s, delegation_id, person_id, DelegationEnd.REVOKED, preview)
    )
    return Preview(done, warnings)


def _end(
    session: Session, delegation_id: UUID, person_id: UUID | None, how: DelegationEnd, actor: Actor
) -> tuple[Ended, Sequence[WarningCode]]:
    found = rows.read(session.connection(), delegation_id)
    if found is None:
        return Ended(), ()
    end = partial(ends.end, session, [delegation_id], how, actor=actor)
    return watching(session, found.account_id, person_id, end)


def _tell_of_end(
    session: Session, delegation_id: UUID, done: Ended, person_id: UUID, actor: Actor
) -> None:
    """Tell the others who represent the company, unless it was over already."""
    for each in done.delegations:
        if each.id == delegation_id:
            about = (NoticeKind.DELEGATION_TAKEN_BACK, each.account_id, each.id)
            co_representatives.tell(session, *about, by=person_id, actor=actor)


async def _ended(
    engine: Engine, delegation_id: UUID, warnings: Sequence[WarningCode]
) -> EndedDelegation:
    view = await read_delegation(engine, delegation_id)
    event = await engine.read(lambda c: delegation_queries.ended_event(c, delegation_id))
    return EndedDelegation(view, event, warnings)
