"""The product's side of a world in which delegations are also proposed to a group."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from domain.delegations.states import VersionState
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from storage.delegations import proposals
from storage.delegations.offering import Offer, Renewal
from storage.delegations.proposals import JointBasis
from tests.builders.delegated_world import PREVIEW, RULES, ProductWorld
from tests.builders.delegations import Given
from tests.builders.proposals import APPROVAL, NOT_CONFIRMED, STATE
from tests.oracles.delegated_access import ANSWERED_WITHIN


class ProposingWorld(ProductWorld):
    """A world in which people also propose, and groups confirm."""

    def propose(
        self, who: PersonKey, to: PersonKey, on: AccountFacts, terms: Terms, parent: UUID | None
    ) -> Given | None:
        """Propose a delegation; None: it was refused."""
        given = Given(uuid4(), uuid4())
        wanted = Offer(*given, on.id, self.id_of(who), to, terms, parent)
        by = self.actor_of(who)
        done = self.done(
            lambda session: proposals.propose(
                session, wanted, RULES, lapses_at=_in_time(), actor=by
            )
        )
        return given if done else None

    def propose_renewal(self, who: PersonKey, delegation_id: UUID, terms: Terms) -> Given | None:
        """Propose new terms; None: that was refused."""
        wanted = Renewal(delegation_id, uuid4(), self.id_of(who), terms)
        by = self.actor_of(who)
        done = self.done(
            lambda session: proposals.propose_renewal(
                session, wanted, RULES, lapses_at=_in_time(), actor=by
            )
        )
        return Given(delegation_id, wanted.version_id) if done else None

    def confirm(self, group: Sequence[PersonKey], version_id: UUID) -> bool:
        """Offer what a group has confirmed; False: refused."""
        members = [self.id_of(member) for member in group]
        basis = JointBasis(STATE, datetime.now(UTC), APPROVAL, members)
        by = self.actor_of(group[-1])
        return self.done(
            lambda session: proposals.offer_proposed(session, version_id, basis, RULES, actor=by)
        )

    def drop(self, version_id: UUID, state: VersionState) -> bool:
        """Let nothing come of a proposal; False: there is none."""
        about = (version_id, state, NOT_CONFIRMED)
        return self.done(lambda session: proposals.drop(session, *about, actor=PREVIEW))


def _in_time() -> datetime:
    return datetime.now(UTC) + timedelta(days=ANSWERED_WITHIN)
