"""Delegations that are given, accepted and taken back at once: at every interleaving of commits.

Each test holds one transaction open while another waits for it, in both orders. Whichever commits
first, no grant is left whose chain of authority is broken.
"""

import pytest

from domain.access.permissions import Permission
from domain.delegations.refusals import DelegationRefused
from storage.database import Database
from storage.delegations.ends import Ended
from storage.delegations.narrowing import Narrowed
from storage.registry.align_grants import Alignment
from tests.builders.company_suspensions import alive, allowed
from tests.builders.delegations import (
    OFFICE,
    PHONE,
    ROUTER,
    about_delegations,
    accepted,
    delegated_to,
    given,
    grants_of,
    known,
    offered,
    renewed,
    state_of,
    terms,
)
from tests.builders.interleavings import Acts, assert_whole, meet
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import sole, state
from tests.builders.rows import (
    rows,
    store_states,
)


@pytest.fixture
def acts(customers: Database) -> Acts:
    return Acts(customers)


@pytest.mark.parametrize("giving_first", [True, False])
def test_deleg_13_a_giver_leaves_while_giving(
    customers: Database, acts: Acts, giving_first: bool
) -> None:
    give, leave = acts.offer(MARI, ANNA), acts.replace_board(JAAN)

    if giving_first:
        meet(customers, give, leave)
        assert about_delegations(customers) == ["offered"]
    else:
        refusal = meet(customers, leave, give)
        assert str(refusal) == "not_allowed_to_give"
        assert not known(customers, ANNA)


@pytest.mark.parametrize("accepting_first", [True, False])
def test_deleg_13_a_giver_leaves_while_it_is_accepted(
    customers: Database, acts: Acts, accepting_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    accept, leave = acts.accept(new, ANNA), acts.replace_board(JAAN)

    if accepting_first:
        meet(customers, accept, leave)
        assert len(grants_of(customers)) == 1
    else:
        assert str(meet(customers, leave, accept)) == "basis_ended"
        assert grants_of(customers) == []


@pytest.mark.parametrize("accepting_first", [True, False])
def test_deleg_6_a_company_is_deleted_while_it_is_accepted(
    customers: Database, acts: Acts, accepting_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    accept, delete = acts.accept(new, ANNA), acts.delete_company()

    first, second = (accept, delete) if accepting_first else (delete, accept)
    outcome = meet(customers, first, second)

    assert allowed(customers, MARI, ANNA) == []
    if accepting_first:
        assert isinstance(outcome, Alignment)
        assert len(outcome.suspended) == 1
        store_states(customers, alive())
        assert allowed(customers, ANNA) == [ANNA.code]
    else:
        assert isinstance(outcome, DelegationRefused)
    assert_whole(customers)


@pytest.mark.parametrize("passing_on_first", [True, False])
@pytest.mark.parametrize("how", ["revoked", "narrowed"])
def test_deleg_13_a_parent_goes_while_it_is_passed_on(
    customers: Database, acts: Acts, how: str, passing_on_first: bool
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    pass_on = acts.offer(ANNA, KATI, parent.id)
    take = acts.end(parent, MARI) if how == "revoked" else acts.narrow(parent, MARI)

    if passing_on_first:
        meet(customers, pass_on, take)
    else:
        refusal = meet(customers, take, pass_on)
        assert isinstance(refusal, DelegationRefused)

    assert_whole(customers)
    open_offers = rows(customers, "SELECT FROM delegation WHERE state = 'awaiting_acceptance'")
    assert open_offers == []


@pytest.mark.parametrize("accepting_first", [True, False])
@pytest.mark.parametrize("how", ["revoked", "narrowed"])
def test_deleg_13_a_parent_goes_while_its_child_is_accepted(
    customers: Database, acts: Acts, how: str, accepting_first: bool
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = offered(customers, ANNA, KATI, OFFICE, parent=parent.id)
    accept = acts.accept(child, KATI)
    take = acts.end(parent, MARI) if how == "revoked" else acts.narrow(parent, MARI)

    first, second = (accept, take) if accepting_first else (take, accept)
    meet(customers, first, second)

    assert_whole(customers)
    through = rows(
        customers,
        "SELECT upper(validity) AS until FROM access_grant g JOIN person p ON p.id = g.person_id"
        " WHERE upper(validity) > clock_timestamp() + interval '20 days' AND p.code = :kati",
        kati=KATI.code,
    )
    assert through == []


def test_deleg_13_two_give_the_same_at_once(customers: Database, acts: Acts) -> None:
    store_states(customers, state(sole(MARI), sole(TIIU), minute=1))

    assert meet(customers, acts.offer(MARI, ANNA), acts.offer(TIIU, ANNA)) is None

    assert about_delegations(customers) == ["offered", "offered"]
    receivers = rows(customers, "SELECT DISTINCT receiver_id FROM delegation")
    assert len(receivers) == 1


@pytest.mark.parametrize(("first", "second"), [("revoked", "waived"), ("waived", "revoked")])
def test_deleg_13_two_take_it_back_at_once(
    customers: Database, acts: Acts, first: str, second: str
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    meet(customers, acts.end(delegation, MARI, first), acts.end(delegation, ANNA, second))

    assert state_of(customers, delegation) == ("ended", f"delegation_{first}")
    assert about_delegations(customers) == ["offered", "accepted", "ended"]
    ended = rows(customers, "SELECT reason FROM event WHERE kind = 'grant:ended'")
    assert [event.reason["code"] for event in ended] == [f"delegation_{first}"]


def test_deleg_13_a_child_is_given_up_while_its_parent_is_revoked(
    customers: Database, acts: Acts
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    meet(customers, acts.end(child, KATI, "waived"), acts.end(parent, MARI))

    assert state_of(customers, child) == ("ended", "delegation_waived")
    assert state_of(customers, parent) == ("ended", "delegation_revoked")
    assert_whole(customers)


def test_deleg_13_two_accept_the_same_at_once(customers: Database, acts: Acts) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    assert meet(customers, acts.accept(new, ANNA), acts.accept(new, ANNA)) is True

    assert len(grants_of(customers)) == 1
    assert about_delegations(customers) == ["offered", "accepted"]


@pytest.mark.parametrize("accepting_first", [True, False])
@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_deleg_13_an_offer_is_accepted_and_closed_at_once(
    customers: Database, acts: Acts, how: str, accepting_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    accept = acts.accept(new, ANNA)
    close = acts.decline(new, ANNA) if how == "declined" else acts.withdraw(new, MARI)

    if accepting_first:
        assert meet(customers, accept, close) is False
        assert state_of(customers, new)[0] == "active"
    else:
        assert str(meet(customers, close, accept)) == "not_open"
        assert state_of(customers, new)[0] == how
    assert_whole(customers)


@pytest.mark.parametrize("delegating_first", [True, False])
@pytest.mark.parametrize("step", ["offer", "accept"])
def test_deleg_13_an_account_closes_meanwhile(
    customers: Database, acts: Acts, step: str, delegating_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    delegate = acts.offer(MARI, KATI) if step == "offer" else acts.accept(new, ANNA)
    close = acts.close_account()

    first, second = (delegate, close) if delegating_first else (close, delegate)
    meet(customers, first, second)

    assert grants_of(customers) == []
    assert rows(customers, "SELECT FROM delegation WHERE ended_at IS NULL") == []
    assert_whole(customers)


@pytest.mark.parametrize("delegating_first", [True, False])
def test_deleg_13_a_service_ends_while_it_is_accepted(
    customers: Database, acts: Acts, delegating_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))
    accept, end = acts.accept(new, ANNA), acts.end_phone()

    first, second = (accept, end) if delegating_first else (end, accept)
    meet(customers, first, second)

    assert [grant.service for grant in grants_of(customers)] == [ROUTER.id]
    assert_whole(customers)


@pytest.mark.parametrize("declining_first", [True, False])
def test_deleg_11_a_receiver_is_forgotten_while_another_offer_is_made(
    customers: Database, acts: Acts, declining_first: bool
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    decline, again = acts.decline(new, ANNA), acts.offer(MARI, ANNA)

    first, second = (decline, again) if declining_first else (again, decline)
    meet(customers, first, second)

    assert known(customers, ANNA)
    found = rows(customers, "SELECT state FROM delegation WHERE receiver_id IS NOT NULL")
    assert [row.state for row in found] == ["awaiting_acceptance"]


def test_deleg_13_a_delegation_is_narrowed_while_it_is_revoked(
    customers: Database, acts: Acts
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = accepted(customers, offered(customers, ANNA, KATI, OFFICE, parent=parent.id), KATI)

    meet(customers, acts.narrow(parent, MARI), acts.end(parent, MARI))

    assert state_of(customers, child) == ("ended", "delegation_parent_ended")
    assert grants_of(customers) == []
    assert_whole(customers)


@pytest.mark.parametrize("renewing_first", [True, False])
@pytest.mark.parametrize("step", ["passed-on", "child-accepted"])
def test_deleg_13_a_parents_narrower_renewal_is_accepted_meanwhile(
    customers: Database, acts: Acts, step: str, renewing_first: bool
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = offered(customers, ANNA, KATI, OFFICE, parent=parent.id)
    other = renewed(customers, parent, MARI, terms(Permission.SIM_VIEW, may_pass_on=True))
    renew = acts.accept(other, ANNA)
    below = acts.offer(ANNA, TIIU, parent.id) if step == "passed-on" else acts.accept(child, KATI)

    first, second = (renew, below) if renewing_first else (below, renew)
    meet(customers, first, second)

    assert delegated_to(customers, KATI, TIIU) == []
    assert (
        rows(customers, "SELECT FROM delegation WHERE parent_id IS NOT NULL AND ended_at IS NULL")
        == []
    )
    assert_whole(customers)


@pytest.mark.parametrize("accepting_first", [True, False])
@pytest.mark.parametrize("how", ["revoked", "narrowed"])
def test_deleg_13_a_renewal_is_accepted_while_its_delegation_is_taken_back(
    customers: Database, acts: Acts, how: str, accepting_first: bool
) -> None:
    """Both lock the grants before the delegation: neither is ended as a deadlock."""
    delegation = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    longer = renewed(customers, delegation, MARI, terms(last=90, may_pass_on=True))
    accept = acts.accept(longer, ANNA)
    take = acts.end(delegation, MARI) if how == "revoked" else acts.narrow(delegation, MARI)

    first, second = (accept, take) if accepting_first else (take, accept)
    found = meet(customers, first, second)

    assert found is None or isinstance(found, DelegationRefused | Ended | Narrowed)
    ends_late = "upper(validity) > clock_timestamp() + interval '40 days'"
    late = rows(customers, f"SELECT FROM access_grant WHERE {ends_late}")
    assert late == []
    assert_whole(customers)


def test_deleg_11_a_receiver_is_erased_while_they_are_offered_something(
    customers: Database, acts: Acts
) -> None:
    """The offer is for whoever has this code now, who can accept it."""
    meet(customers, acts.erase(ANNA), acts.offer(MARI, ANNA))

    (receiver,) = rows(
        customers,
        "SELECT p.code, p.erased_at FROM delegation d JOIN person p ON p.id = d.receiver_id",
    )
    assert (receiver.code, receiver.erased_at) == (ANNA.code, None)
    assert len(rows(customers, "SELECT FROM person WHERE erased_at IS NOT NULL")) == 1


def test_deleg_13_a_child_is_accepted_while_its_parent_is_narrowed_but_covers_it(
    customers: Database, acts: Acts
) -> None:
    """Whoever waited for the parent's grants finds those that took their place."""
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = offered(customers, ANNA, KATI, OFFICE, terms(last=2), parent=parent.id)

    assert meet(customers, acts.narrow(parent, MARI), acts.accept(child, KATI)) is True

    assert delegated_to(customers, KATI) == [KATI.code]
    assert_whole(customers)
