"""Delegations that are proposed to those who give only together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from domain.delegations.states import VersionState
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.reasons import Reason
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import proposals
from storage.delegations.offering import Offer, Renewal
from storage.delegations.proposals import JointBasis
from tests.builders.delegations import RULES, Given, actor, terms
from tests.builders.people import JAAN, TIIU

NOT_CONFIRMED = Reason("approval_withdrawn", "Whoever proposed it took it back")
APPROVAL, STATE = uuid4(), uuid4()
BOTH = (TIIU, JAAN)


def in_two_weeks() -> datetime:
    return datetime.now(UTC) + timedelta(days=14)


def proposed(
    database: Database,
    giver: PersonKey,
    receiver: PersonKey,
    on: AccountFacts,
    wanted: Terms | None = None,
    *,
    until: datetime | None = None,
    parent: UUID | None = None,
) -> Given:
    """Propose a delegation."""
    new = Given(uuid4(), uuid4())
    offer = Offer(*new, on.id, ensure_person(database, giver), receiver, wanted or terms(), parent)
    by, until = actor(database, giver), until or in_two_weeks()
    with database.transaction() as session:
        proposals.propose(session, offer, RULES, lapses_at=until, actor=by)
    return new


def renewal_proposed(
    database: Database, delegation: Given, giver: PersonKey, wanted: Terms
) -> Given:
    """Propose new terms of a delegation."""
    new = Given(delegation.id, uuid4())
    renewal = Renewal(*new, ensure_person(database, giver), wanted)
    by = actor(database, giver)
    with database.transaction() as session:
        assert proposals.propose_renewal(
            session, renewal, RULES, lapses_at=in_two_weeks(), actor=by
        )
    return new


def confirmed(database: Database, proposal: Given, group: Sequence[PersonKey] = BOTH) -> Given:
    """Offer what was proposed: the group has confirmed it."""
    members = [ensure_person(database, member) for member in group]
    basis = JointBasis(STATE, datetime(2026, 8, 1, 12, tzinfo=UTC), APPROVAL, members)
    by = actor(database, group[-1])
    with database.transaction() as session:
        proposals.offer_proposed(session, proposal.version_id, basis, RULES, actor=by)
    return proposal


def dropped(
    database: Database, proposal: Given, state: VersionState = VersionState.WITHDRAWN
) -> bool:
    """Close a proposal."""
    by = actor(database, TIIU)
    with database.transaction() as session:
        return proposals.drop(session, proposal.version_id, state, NOT_CONFIRMED, actor=by)


def still_proposed(database: Database, proposal: Given) -> bool:
    """Whether it is neither offered nor dropped."""
    with database.reading() as connection:
        found = proposals.open_among(connection, [proposal.version_id])
    return proposal.version_id in found
