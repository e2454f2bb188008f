"""A proposal and what may happen at the same instant: whichever commits first, it is settled."""

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest

from domain.delegations.states import VersionState
from services.parties.people import ensure_person
from storage.database import Database
from storage.delegations import proposals
from storage.delegations.offering import Offer, Renewal
from storage.delegations.proposals import JointBasis
from tests.builders.delegations import RULES, accepted, actor, delegated_to, state_of, terms
from tests.builders.interleavings import Acts, Change, assert_whole, overlap
from tests.builders.people import ANNA, JAAN, KATI, TIIU, TOOMAS
from tests.builders.proposals import (
    APPROVAL,
    NOT_CONFIRMED,
    STATE,
    confirmed,
    in_two_weeks,
    proposed,
    renewal_proposed,
    still_proposed,
)
from tests.builders.proposing_world import ProposingWorld
from tests.builders.register_states import NOON
from tests.builders.rows import rows

LEFT_OPEN = """
SELECT v.id FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id
JOIN account a ON a.id = d.account_id
WHERE v.state IN ('proposed', 'offered') AND (d.ended_at IS NOT NULL OR a.status <> 'active')
"""
AT_ODDS = """
SELECT d.id FROM delegation d WHERE d.ended_at IS NULL AND d.accepted_at IS NULL
  AND (d.state = 'awaiting_confirmations') <> EXISTS (
      SELECT FROM delegation_version v WHERE v.delegation_id = d.id AND v.state = 'proposed')
"""


class Scene:
    """A proposal, and other terms that are proposed of what is in force."""

    def __init__(self, database: Database) -> None:
        self.database = database
        world = ProposingWorld(database, (TIIU, JAAN, KATI))
        world.register_names_together((TIIU, JAAN))
        self.office = world.office
        self.acts = Acts(database, world.office, world.firm, minute=100)
        self.new = proposed(database, TIIU, ANNA, world.office)
        first = confirmed(database, proposed(database, TIIU, KATI, world.office))
        self.old = accepted(database, first, KATI)
        self.renewal = renewal_proposed(database, self.old, TIIU, terms(last=60))
        self._members = [ensure_person(database, who) for who in (TIIU, JAAN)]
        self._by = actor(database, JAAN)

    def confirm(self, *, renewal: bool = False) -> Change:
        basis = JointBasis(STATE, NOON, APPROVAL, self._members)
        version = (self.renewal if renewal else self.new).version_id
        return lambda session: proposals.offer_proposed(
            session, version, basis, RULES, actor=self._by
        )

    def drop(self) -> Change:
        about = (self.new.version_id, VersionState.WITHDRAWN, NOT_CONFIRMED)
        return lambda session: proposals.drop(session, *about, actor=self._by)

    def propose(self) -> Change:
        offer = Offer(uuid4(), uuid4(), self.office.id, self._members[0], TOOMAS, terms())
        until, by = in_two_weeks(), self._by
        return lambda session: proposals.propose(session, offer, RULES, lapses_at=until, actor=by)

    def propose_other_terms(self) -> Change:
        wanted = Renewal(self.old.id, uuid4(), self._members[1], terms(last=90))
        until, by = in_two_weeks(), self._by
        return lambda session: proposals.propose_renewal(
            session, wanted, RULES, lapses_at=until, actor=by
        )


ACTS: Mapping[str, Callable[[Scene], Change]] = {
    "propose": Scene.propose,
    "propose other terms": Scene.propose_other_terms,
    "confirm": Scene.confirm,
    "confirm other terms": lambda scene: scene.confirm(renewal=True),
    "drop": Scene.drop,
}
BESIDE: Mapping[str, Callable[[Scene], Change]] = {
    "the account closes": lambda scene: scene.acts.close_account(),
    "the board leaves": lambda scene: scene.acts.replace_board(TOOMAS),
    "one revokes it": lambda scene: scene.acts.end(scene.new, JAAN),
    "one revokes what is in force": lambda scene: scene.acts.end(scene.old, JAAN),
    "one narrows what is in force": lambda scene: scene.acts.narrow(
        scene.old, JAAN, may_pass_on=False
    ),
    "it is confirmed": Scene.confirm,
    "it is dropped": Scene.drop,
}


@pytest.mark.parametrize("first", [*ACTS, *BESIDE])
def test_joint_6_a_proposal_and_anything_else_at_once_leave_nothing_open(
    database: Database, first: str, *, long_run: bool
) -> None:
    others = BESIDE if first in ACTS else ACTS
    place = [*ACTS, *BESIDE].index(first)
    for second in [*others] if long_run else [*others][place % 3 :: 3]:
        scene = Scene(database)
        overlap(database, {**ACTS, **BESIDE}[first](scene), others[second](scene))
        assert rows(database, LEFT_OPEN) == [], (first, second)
        assert rows(database, AT_ODDS) == [], (first, second)
        assert_whole(database)


@pytest.mark.parametrize("confirmed_first", [True, False], ids=["confirmed-first", "ended-first"])
def test_joint_6_revoked_while_it_is_confirmed_it_is_over_either_way(
    database: Database, *, confirmed_first: bool
) -> None:
    scene = Scene(database)
    confirm, end = scene.confirm(), scene.acts.end(scene.new, JAAN)

    overlap(database, *((confirm, end) if confirmed_first else (end, confirm)))

    assert state_of(database, scene.new) == ("ended", "delegation_revoked")
    assert not still_proposed(database, scene.new)
    assert delegated_to(database, ANNA) == []
