"""Use cases of offers: offer a delegation or new terms of one, accept, decline, withdraw.

The database decides, in one transaction each, with everything locked that the decision rests on.
Then the workflow of the ceremony is started; a worker tells it of the answer.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor
from domain.delegations.basis import BasisKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from domain.delegations.states import VersionState
from domain.messages.notices import NoticeKind
from services.delegations import workflow_client
from services.delegations.authority import may_see, require_manager
from services.delegations.reads import read_delegation
from services.engine import Engine
from services.errors import NotFound
from storage.database import Session
from storage.delegations import (
    acceptance,
    answers,
    co_representatives,
    delegation_queries,
    offers,
    rows,
)
from storage.delegations.delegation_views import DelegationView
from storage.delegations.offering import Offer, Renewal
from storage.delegations.rows import StoredVersion
from storage.requests import rate_limits


async def offer_delegation(
    engine: Engine, rules: OfferRules, wanted: Offer, *, actor: Actor
) -> DelegationView:
    """Offer a delegation. Repeatable by its id.

    Raises:
        DelegationRefused: for every reason against it.
        LimitReached: the giver has offered too much lately.
    """

    def write(session: Session) -> None:
        if rows.read(session.connection(), wanted.id) is None:
            offers.offer(session, wanted, rules, actor=actor)

    await engine.write(write)
    await workflow_client.start(engine, wanted.version_id)
    return await read_delegation(engine, wanted.id)


async def check_delegation(
    engine: Engine, rules: OfferRules, wanted: Offer, *, actor: Actor
) -> tuple[DelegationRefusal, ...]:
    """Return why a delegation would be refused; empty: it would be offered. Changes nothing.

    Raises LimitReached as the offer itself would, and for too many questions: each counts.
    """

    def check(session: Session) -> tuple[DelegationRefusal, ...]:
        try:
            offers.offer(session, wanted, rules, actor=actor)
        except DelegationRefused as refused:
            return tuple(refused.refusals)
        return ()

    await engine.write(lambda s: rate_limits.take(s, rules.check_uses(wanted.giver_id)))
    return await engine.try_out(check)


async def renew_delegation(
    engine: Engine, rules: OfferRules, wanted: Renewal, *, actor: Actor
) -> DelegationView:
    """Offer new terms of a delegation in force: they count once they are accepted. Repeatable.

    Raises NotFound, and as ``offer_delegation`` does.
    """

    def write(session: Session) -> None:
        connection = session.connection()
        if rows.version(connection, wanted.version_id) is not None:
            return
        found = delegation_queries.one(connection, wanted.delegation_id)
        # Whoever may not see it is not told that it exists.
        if found is None or not may_see(connection, found, wanted.giver_id):
            raise NotFound
        offers.renew(session, wanted, rules, actor=actor)

    await engine.write(write)
    await workflow_client.start(engine, wanted.version_id)
    return await read_delegation(engine, wanted.delegation_id)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person's word that they accept a version of a delegation."""

    delegation_id: UUID
    number: int
    """Of the version that they saw."""
    person_id: UUID


async def accept_delegation(
    engine: Engine, rules: OfferRules, given: Acceptance, *, actor: Actor
) -> DelegationView:
    """Accept what this person was offered: access begins on its first day. Repeatable.

    Raises NotFound, or DelegationRefused: ``not_open``, ``basis_ended``, or what else has changed
    since it was offered.
    """

    def write(session: Session) -> None:
        version = rows.numbered(session.connection(), given.delegation_id, given.number)
        if version is None or not acceptance.accept(
            session, version.id, given.person_id, rules, actor=actor
        ):
            raise NotFound

    await engine.write(write)
    return await read_delegation(engine, given.delegation_id)


async def decline_delegation(
    engine: Engine, delegation_id: UUID, person_id: UUID, *, actor: Actor
) -> None:
    """Decline what this person was offered; they are forgotten. Raises NotFound."""

    def write(session: Session) -> None:
        offered = rows.on_offer(session.connection(), [delegation_id]).get(delegation_id)
        if offered is None or not answers.decline(session, offered.id, person_id, actor=actor):
            raise NotFound

    await engine.write(write)


async def withdraw_offer(
    engine: Engine, delegation_id: UUID, person_id: UUID, *, actor: Actor
) -> DelegationView:
    """Withdraw an offer that is not accepted yet. Repeatable.

    Raises NotFound where this person manages none of this id, DelegationRefused ``not_open``.
    """

    def write(session: Session) -> None:
        ground = require_manager(session, delegation_id, person_id)
        offered = rows.on_offer(session.connection(), [delegation_id]).get(delegation_id)
        if offered is not None and answers.withdraw(session, offered.id, actor=actor):
            if ground.kind is BasisKind.JOINT:
                _tell_of_withdrawal(session, offered, person_id, actor)
            return
        number = rows.last_number(session.connection(), delegation_id)
        last = rows.numbered(session.connection(), delegation_id, number)
        if last is None or last.state is not VersionState.WITHDRAWN:
            raise DelegationRefused(DelegationRefusal.NOT_OPEN)

    await engine.write(write)
    return await read_delegation(engine, delegation_id)


def _tell_of_withdrawal(
    session: Session, offered: StoredVersion, person_id: UUID, actor: Actor
) -> None:
    """Tell the others who represent the company."""
    found = rows.read(session.connection(), offered.delegation_id)
    if found is not None:
        kind = NoticeKind.DELEGATION_OFFER_WITHDRAWN
        about = (kind, found.account_id, found.id, str(offered.number))
        co_representatives.tell(session, *about, by=person_id, actor=actor)
