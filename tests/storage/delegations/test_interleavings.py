"""Any two changes of delegations at once, whichever commits first: every chain of authority holds.

The first has written all of its change, and is not committed; the second begins, and waits for it
or is done. Then the first commits.
"""

import asyncio
from collections.abc import Callable, Mapping
from threading import Barrier
from typing import cast

import pytest
from temporalio.client import Client

from domain.access.permissions import Permission
from domain.delegations.states import DelegationEnd
from domain.identifiers import PersonKey
from services.delegations.authority import require_manager
from services.engine import Engine
from services.parties.people import ensure_person
from storage.database import Database, Session
from storage.delegations import ends
from tests.builders.delegated_world import ProductWorld
from tests.builders.delegations import (
    OFFICE,
    Given,
    actor,
    given,
    grants_of,
    offered,
    renewed,
    state_of,
    terms,
)
from tests.builders.interleavings import Acts, Change, overlap
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.register_states import sole, state
from tests.builders.rows import rows, store_states
from tests.fixtures.patience import PATIENCE

Making = Callable[[Acts, "Scene"], Change]


class Scene:
    """What there is before two changes meet."""

    def __init__(self, database: Database) -> None:
        self.world = world = ProductWorld(database, (MARI, JAAN, PEETER))
        world.register_names([MARI, JAAN])
        self.acts = Acts(database, world.office, world.firm, minute=100)
        passing_on = terms(may_pass_on=True)
        self.parent = given(database, MARI, ANNA, world.office, passing_on)
        self.child = given(database, ANNA, KATI, world.office, parent=self.parent.id)
        self.below = offered(database, ANNA, TIIU, world.office, parent=self.parent.id)
        self.other = offered(database, JAAN, TIIU, world.office)
        narrower = terms(Permission.INVOICE_VIEW, may_pass_on=True)
        self.renewal = renewed(database, self.parent, MARI, narrower)


MEETING: Mapping[str, Making] = {
    "give": lambda acts, _: acts.offer(MARI, TOOMAS),
    "pass on": lambda acts, scene: acts.offer(ANNA, TOOMAS, scene.parent.id),
    "accept": lambda acts, scene: acts.accept(scene.other, TIIU),
    "accept what was passed on": lambda acts, scene: acts.accept(scene.below, TIIU),
    "accept a renewal": lambda acts, scene: acts.accept(scene.renewal, ANNA),
    "decline": lambda acts, scene: acts.decline(scene.below, TIIU),
    "withdraw": lambda acts, scene: acts.withdraw(scene.other, JAAN),
    "narrow": lambda acts, scene: acts.narrow(scene.parent, MARI),
    "revoke": lambda acts, scene: acts.end(scene.parent, MARI),
    "revoke what was passed on": lambda acts, scene: acts.end(scene.child, ANNA),
    "waive": lambda acts, scene: acts.end(scene.parent, ANNA, "waived"),
    "the givers leave": lambda acts, _: acts.replace_board(TOOMAS),
    "the account closes": lambda acts, _: acts.close_account(),
}


@pytest.mark.parametrize("first", MEETING)
def test_deleg_13_whichever_of_two_commits_first_no_chain_is_broken(
    database: Database, first: str, *, long_run: bool
) -> None:
    # In the small form each meets every sixth of the others.
    place = [*MEETING].index(first)
    for second in [*MEETING] if long_run else [*MEETING][place % 6 :: 6]:
        scene = Scene(database)
        overlap(
            database,
            MEETING[first](scene.acts, scene),
            MEETING[second](scene.acts, scene),
        )
        assert scene.world.broken() == [], (first, second)
        left = "JOIN delegation p ON p.id = d.parent_id WHERE p.ended_at IS NOT NULL"
        assert rows(database, f"SELECT FROM delegation d {left} AND d.ended_at IS NULL") == []


def _revocation(
    database: Database, delegation: Given, who: PersonKey, meet: Barrier, tries: list[PersonKey]
) -> Change:
    """Revoke as the service does; the first tries of two meet once both have locked their own."""
    who_id, by = ensure_person(database, who), actor(database, who)

    def revoke(session: Session) -> object:
        require_manager(session, delegation.id, who_id)
        tries.append(who)
        if tries.count(who) == 1:
            meet.wait(PATIENCE)
        return ends.end(session, [delegation.id], DelegationEnd.REVOKED, actor=by)

    return revoke


async def test_deleg_13_two_who_revoke_each_others_access_at_once_both_succeed(
    customers: Database,
) -> None:
    """Each has locked what their own right rests on: PostgreSQL ends one, which is repeated."""
    engine = Engine(customers, cast("Client", None), "")
    passing_on = terms(may_pass_on=True)
    annas = given(customers, MARI, ANNA, OFFICE, passing_on)
    katis = given(customers, MARI, KATI, OFFICE, passing_on)
    to_kati = given(customers, ANNA, KATI, OFFICE, parent=annas.id)
    to_anna = given(customers, KATI, ANNA, OFFICE, parent=katis.id)
    meet, tries = Barrier(2), list[PersonKey]()

    await asyncio.gather(
        engine.write(_revocation(customers, to_kati, ANNA, meet, tries)),
        engine.write(_revocation(customers, to_anna, KATI, meet, tries)),
    )

    revoked = ("ended", "delegation_revoked")
    assert [state_of(customers, each) for each in (to_kati, to_anna)] == [revoked, revoked]
    assert [state_of(customers, each)[0] for each in (annas, katis)] == ["active", "active"]
    assert len(tries) >= 3  # the repetition can be first at what the other waits for


def test_deleg_12_two_givers_acceptances_at_once_stand_side_by_side(customers: Database) -> None:
    store_states(customers, state(sole(MARI), sole(JAAN), minute=1))
    acts = Acts(customers)
    by_mari, by_jaan = (offered(customers, who, ANNA, OFFICE) for who in (MARI, JAAN))

    overlap(customers, acts.accept(by_mari, ANNA), acts.accept(by_jaan, ANNA))

    assert {grant.delegation for grant in grants_of(customers)} == {by_mari.id, by_jaan.id}
