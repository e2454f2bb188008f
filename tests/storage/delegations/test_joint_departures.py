"""Who gave together with others leaves: what they gave is reviewed, as what was given alone is."""

import pytest

from domain.delegations.departures import STANDARD, DepartureRules, OnDeparture
from domain.identifiers import PersonKey
from domain.registry.register import RegisterState
from services.parties.people import ensure_person
from storage.database import Database
from storage.delegations import confirmations
from storage.delegations.confirmations import Jointly
from tests.builders.delegations import OTHER, Given, accepted, actor, delegated_to, given, state_of
from tests.builders.departures import open_on, reviews, said
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proposals import APPROVAL, confirmed, proposed
from tests.builders.register_states import TAMM, sole, state, together

END = DepartureRules(OnDeparture.END)


def kept(customers: Database) -> Given:
    """Anna has access in Tamm's name: Tiiu gave it, together with Jaan."""
    return accepted(customers, confirmed(customers, proposed(customers, TIIU, ANNA, OTHER)), ANNA)


def kept_by_group(database: Database, by: PersonKey, *delegations: Given) -> None:
    """A group confirms that these are to be kept; one member stands for them."""
    ids, jointly = [each.id for each in delegations], Jointly(ensure_person(database, by), APPROVAL)
    who = actor(database, by)
    with database.transaction() as session:
        assert confirmations.confirm(session, OTHER.id, ids, jointly=jointly, actor=who)


@pytest.mark.parametrize(
    ("new", "left"),
    [
        pytest.param(together(TIIU, KATI, of=TAMM, minute=1), False, id="with-somebody-else"),
        pytest.param(state(sole(TIIU), of=TAMM, minute=1), False, id="alone-by-now"),
        pytest.param(together(JAAN, KATI, of=TAMM, minute=1), True, id="replaced"),
        pytest.param(state(sole(JAAN), of=TAMM, minute=1), True, id="another-alone"),
        pytest.param(state(of=TAMM, minute=1), True, id="nobody-left"),
    ],
)
def test_joint_6_what_was_given_together_stands_while_its_giver_represents_the_company(
    customers: Database, new: RegisterState, *, left: bool
) -> None:
    kept(customers)

    said(customers, new)

    assert reviews(customers) == (["open"] if left else [])
    assert delegated_to(customers, ANNA) == [ANNA.code], "nothing ends at once"


def test_joint_6_the_review_of_who_gave_together_is_cancelled_when_they_are_back(
    customers: Database,
) -> None:
    kept(customers)
    said(customers, together(JAAN, KATI, of=TAMM, minute=1))
    (review,) = open_on(customers, OTHER)

    said(customers, together(TIIU, KATI, of=TAMM, minute=2))

    assert review.undecided == 1
    assert reviews(customers) == ["cancelled"]


def test_joint_6_what_was_given_alone_is_reviewed_until_a_group_keeps_it(
    customers: Database,
) -> None:
    said(customers, state(sole(TIIU), of=TAMM, minute=1))
    alone = given(customers, TIIU, ANNA, OTHER)

    said(customers, together(TIIU, JAAN, of=TAMM, minute=2))
    before = reviews(customers)
    kept_by_group(customers, TIIU, alone)
    said(customers, together(TIIU, KATI, of=TAMM, minute=3))

    assert before == ["open"]
    assert reviews(customers) == ["completed"], "she stands for it together with another"
    said(customers, together(MARI, KATI, of=TAMM, minute=4))
    assert sorted(reviews(customers)) == ["completed", "open"]


def test_joint_6_only_what_its_giver_could_not_give_now_is_undecided(customers: Database) -> None:
    kept(customers)
    said(customers, state(sole(TIIU), of=TAMM, minute=1))
    given(customers, TIIU, KATI, OTHER)

    said(customers, together(TIIU, JAAN, of=TAMM, minute=2))
    (joint,) = open_on(customers, OTHER)
    said(customers, together(MARI, JAAN, of=TAMM, minute=3))
    (gone,) = open_on(customers, OTHER)

    assert (joint.undecided, gone.undecided) == (1, 2)


def test_joint_6_where_departures_end_it_what_was_given_together_ends(customers: Database) -> None:
    delegation = kept(customers)

    said(customers, together(TIIU, KATI, of=TAMM, minute=1), END)
    before = state_of(customers, delegation)
    said(customers, together(MARI, KATI, of=TAMM, minute=2), END)

    assert before == ("active", None)
    assert state_of(customers, delegation) == ("ended", "delegation_giver_left")
    assert STANDARD.action is OnDeparture.REVIEW
