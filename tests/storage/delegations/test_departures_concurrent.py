"""Givers who leave or return while they give, and while others decide: in both orders of commits.

Whichever commits first, nothing stays in the name of somebody who left without a review or an end.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.delegations.departures import STANDARD, DepartureRules, OnDeparture
from domain.delegations.states import DelegationEnd
from domain.identifiers import PersonKey
from storage.database import Database, Session
from storage.delegations import confirmations, departures, ends
from storage.parties import upsert
from storage.registry import acting, align_grants, register_states
from tests.builders.days import ZONE
from tests.builders.delegations import (
    OFFICE,
    Given,
    actor,
    delegated_to,
    given,
    offered,
    renewed,
    state_of,
    terms,
)
from tests.builders.departures import board, closes_in, confirmed, looked, review_id, reviews
from tests.builders.interleavings import Acts, Change, assert_whole, meet
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import ENGINE, REGISTER, rows

UNWATCHED = """
SELECT g.id FROM access_grant g JOIN delegation_version v ON v.id = g.proof
JOIN delegation d ON d.id = g.delegation_id
WHERE upper(g.validity) > clock_timestamp() AND v.basis->>'kind' = 'register'
  AND d.confirmed_at IS NULL
  AND NOT EXISTS (
      SELECT FROM access_grant r
      WHERE r.account_id = g.account_id AND r.origin = 'register' AND r.role = 'administrator'
        AND upper_inf(r.validity) AND r.person_id = CAST(v.basis->>'given_by' AS uuid))
  AND NOT EXISTS (
      SELECT FROM departure_review r
      WHERE r.account_id = g.account_id AND r.state = 'open'
        AND r.giver_id = CAST(v.basis->>'given_by' AS uuid))
"""
DAY = timedelta(days=1)
RULES = [STANDARD, DepartureRules(OnDeparture.END)]
BOTH_WAYS = pytest.mark.parametrize("first", [True, False])


@pytest.fixture
def acts(customers: Database) -> Acts:
    return Acts(customers)


def nothing_is_unwatched(database: Database) -> bool:
    assert_whole(database)
    return rows(database, UNWATCHED) == []


def replaced(database: Database, *people: PersonKey, rules: DepartureRules = STANDARD) -> Change:
    """The register names another board."""

    def change(session: Session) -> object:
        (firm,) = upsert.company_ids(session, [KUUSK]).values()
        register_states.lock(session, [firm])
        said = {firm: state(*map(sole, people), minute=5)}
        register_states.record_states(session, said, actor=REGISTER)
        return align_grants.align(session, [firm], on_departure=rules, actor=REGISTER)

    return change


def time_is_up(database: Database) -> Change:
    """The review's process looks once its time is up."""
    closes_in(database, -DAY)
    id_ = review_id(database)
    review = (id_, STANDARD, ZONE, acting.can_act)
    return lambda session: departures.proceed(session, *review, actor=ENGINE)


def confirming(database: Database, delegation: Given) -> Change:
    by = actor(database, JAAN)
    return lambda session: confirmations.confirm(session, OFFICE.id, [delegation.id], actor=by)


@BOTH_WAYS
@pytest.mark.parametrize("rules", RULES, ids=lambda rules: str(rules.action))
def test_deleg_5_a_giver_leaves_while_it_is_accepted(
    customers: Database, acts: Acts, rules: DepartureRules, *, first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    accept, leave = acts.accept(new, ANNA), replaced(customers, JAAN, rules=rules)

    if first:
        meet(customers, accept, leave)
        ended = rules.action is OnDeparture.END
        assert delegated_to(customers, ANNA) == ([] if ended else [ANNA.code])
        assert reviews(customers) == ([] if ended else ["open"])
    else:
        assert str(meet(customers, leave, accept)) == "basis_ended"
        assert (delegated_to(customers, ANNA), reviews(customers)) == ([], [])

    assert nothing_is_unwatched(customers)


@BOTH_WAYS
def test_deleg_5_confirmed_at_the_moment_at_which_it_lapses(
    customers: Database, *, first: bool
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    confirm, lapse = confirming(customers, delegation), time_is_up(customers)

    if first:
        meet(customers, confirm, lapse)
        assert (state_of(customers, delegation)[0], reviews(customers)) == ("active", ["completed"])
    else:
        assert meet(customers, lapse, confirm) == [], "what has ended is not confirmed"
        assert state_of(customers, delegation) == ("ended", "delegation_review_lapsed")
        assert reviews(customers) == ["lapsed"]

    assert nothing_is_unwatched(customers)


@BOTH_WAYS
def test_deleg_5_a_new_giver_takes_it_over_at_the_moment_at_which_it_lapses(
    customers: Database, acts: Acts, *, first: bool
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    renewal = renewed(customers, delegation, JAAN, terms(last=60))
    accept, lapse = acts.accept(renewal, ANNA), time_is_up(customers)

    if first:
        meet(customers, accept, lapse)
        assert (state_of(customers, delegation)[0], reviews(customers)) == ("active", ["completed"])
    else:
        assert str(meet(customers, lapse, accept)) == "not_open"
        assert (state_of(customers, delegation)[0], reviews(customers)) == ("ended", ["lapsed"])

    assert nothing_is_unwatched(customers)


@BOTH_WAYS
def test_deleg_5_the_giver_returns_at_the_moment_at_which_it_lapses(
    customers: Database, *, first: bool
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    back, lapse = replaced(customers, MARI, JAAN), time_is_up(customers)

    _in_order(customers, back, lapse, first=first)

    kept = state_of(customers, delegation)[0] == "active"
    assert reviews(customers) == (["cancelled"] if kept else ["lapsed"])
    assert kept is first
    assert nothing_is_unwatched(customers)


@BOTH_WAYS
@pytest.mark.parametrize("what", ["revoked", "account closed"])
def test_deleg_5_it_ends_otherwise_at_the_moment_at_which_it_lapses(
    customers: Database, acts: Acts, what: str, *, first: bool
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    board(customers, JAAN)
    end = acts.end(parent, JAAN) if what == "revoked" else acts.close_account()

    _in_order(customers, end, time_is_up(customers), first=first)

    assert delegated_to(customers, ANNA, KATI) == []
    assert reviews(customers) == (["completed"] if first else ["lapsed"])
    assert nothing_is_unwatched(customers)


@BOTH_WAYS
def test_deleg_5_something_passed_on_is_revoked_while_its_parent_lapses(
    customers: Database, *, first: bool
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    board(customers, JAAN)
    by = actor(customers, JAAN)

    def end(session: Session) -> object:
        return ends.end(session, [child.id], DelegationEnd.REVOKED, actor=by)

    _in_order(customers, end, time_is_up(customers), first=first)

    assert delegated_to(customers, ANNA, KATI) == []
    assert reviews(customers) == ["lapsed"]


def test_deleg_5_two_confirm_the_rest_at_once(customers: Database) -> None:
    """Neither sees the other's: the next look finds that nothing is left."""
    one, other = given(customers, MARI, ANNA, OFFICE), given(customers, MARI, KATI, OFFICE)
    board(customers, JAAN)

    with customers.transaction() as session:
        confirming(customers, one)(session)
        confirmed(customers, JAAN, other)

    assert looked(customers) is None
    assert reviews(customers) == ["completed"]


def _in_order(database: Database, one: Change, lapse: Change, *, first: bool) -> None:
    order: tuple[Callable[[Session], object], ...] = (one, lapse) if first else (lapse, one)
    outcome = meet(database, *order)
    assert not isinstance(outcome, Exception), outcome
