"""bill.5: call details in full are given by name, for a purpose, and never passed on."""

from dataclasses import replace
from typing import Any

import pytest

from domain.access.permissions import Permission
from domain.delegations.departures import DepartureRules, OnDeparture
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    OWN,
    PHONE,
    accepted,
    delegated_to,
    given,
    narrowed,
    offered,
    refused,
    renewed,
    state_of,
    terms,
)
from tests.builders.departures import board, reviews
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proposals import confirmed, proposed
from tests.builders.rows import rows

P = Permission
WHY = "Vaidlus arve üle, hagi 2-26-1234"


def full(*more: Permission, purpose: str | None = WHY, **others: Any) -> Terms:
    wanted = terms(P.CALL_DETAILS_FULL, P.CALL_DETAILS_VIEW, *more, **others)
    return replace(wanted, purpose=purpose)


def purposes(database: Database) -> list[str | None]:
    found = rows(database, "SELECT purpose FROM delegation_version ORDER BY number")
    return [row.purpose for row in found]


def test_it_is_given_with_a_purpose_that_stands_beside_the_history(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE, full(on=[PHONE.id]))

    events = rows(customers, "SELECT kind, to_jsonb(e)::text AS said FROM event e")
    named = {each.kind for each in events if '"given_by_name"' in each.said}
    assert purposes(customers) == [WHY]
    assert delegated_to(customers, ANNA) == [ANNA.code]
    assert named >= {"delegation:offered", "delegation:accepted", "grant:started"}
    assert not [each for each in events if "hagi" in each.said]


@pytest.mark.parametrize("purpose", [None, "", "    "])
def test_nobody_gives_it_without_a_purpose(customers: Database, purpose: str | None) -> None:
    with refused("purpose_missing"):
        offered(customers, MARI, ANNA, OFFICE, full(purpose=purpose))


def test_it_is_not_given_with_the_right_to_pass_on(customers: Database) -> None:
    with refused("given_by_name_only"):
        offered(customers, MARI, ANNA, OFFICE, full(may_pass_on=True))


def test_an_administrator_who_passes_on_does_not_give_it(customers: Database) -> None:
    everything = set(P) - {P.CALL_DETAILS_FULL}
    given(customers, MARI, ANNA, OFFICE, terms(*everything, may_pass_on=True))
    given(customers, MARI, ANNA, OFFICE, full())

    with refused("beyond_parent_permissions"):
        offered(customers, ANNA, KATI, OFFICE, full())


def test_who_acts_only_together_does_not_give_it_alone(customers: Database) -> None:
    with refused("needs_joint_approval"):
        offered(customers, TIIU, ANNA, OTHER, full())


@pytest.mark.parametrize(
    ("giver", "on"),
    [
        pytest.param(MARI, OFFICE, id="sole representative"),
        pytest.param(PEETER, OWN, id="owner"),
    ],
)
def test_who_needs_nobody_else_gives_it_to_themselves(
    customers: Database, giver: PersonKey, on: AccountFacts
) -> None:
    own = given(customers, giver, giver, on, full())

    longer = renewed(customers, own, giver, full(last=40))
    assert longer.id == own.id
    assert delegated_to(customers, giver) == [giver.code]


@pytest.mark.parametrize(
    "permissions",
    [
        pytest.param([P.CALL_DETAILS_FULL, P.ACCESS_VIEW], id="something else besides"),
        pytest.param([P.CALL_DETAILS_REQUEST], id="not in full"),
    ],
)
def test_nothing_else_is_given_to_oneself(
    customers: Database, permissions: list[Permission]
) -> None:
    with refused("to_yourself"):
        offered(customers, MARI, MARI, OFFICE, replace(terms(*permissions), purpose=WHY))


def test_who_was_given_access_gives_it_to_nobody_not_even_themselves(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE, terms(*(set(P) - {P.CALL_DETAILS_FULL}), may_pass_on=True))

    with refused("beyond_parent_permissions"):
        offered(customers, ANNA, ANNA, OFFICE, full())


@pytest.mark.parametrize("what", list(OnDeparture))
def test_what_somebody_gave_themselves_ends_when_they_leave(
    customers: Database, what: OnDeparture
) -> None:
    own = given(customers, MARI, MARI, OFFICE, full())
    others = given(customers, MARI, ANNA, OFFICE, full())

    board(customers, JAAN, rules=DepartureRules(what))

    assert state_of(customers, own) == ("ended", "delegation_giver_left")
    assert delegated_to(customers, MARI) == []
    assert (state_of(customers, others)[0] == "ended") is (what is OnDeparture.END)
    assert reviews(customers) == (["open"] if what is OnDeparture.REVIEW else [])


def test_what_is_taken_away_needs_no_new_purpose(customers: Database) -> None:
    whole = given(customers, MARI, ANNA, OFFICE, full())

    narrowed(customers, whole, MARI, full(purpose=None, last=20))
    narrowed(customers, whole, MARI, terms(P.CALL_DETAILS_VIEW, last=20))

    assert purposes(customers) == [WHY, WHY, None]


def test_other_terms_that_give_more_need_their_own_purpose(customers: Database) -> None:
    short = given(customers, MARI, ANNA, OFFICE, full())

    with refused("purpose_missing"):
        renewed(customers, short, MARI, full(purpose=None, last=40))
    renewed(customers, short, MARI, full(purpose="Kohus pikendas", last=40))

    assert purposes(customers) == [WHY, "Kohus pikendas"]


def test_who_acts_only_together_gives_it_by_their_confirmation(customers: Database) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER, full())
    accepted(customers, confirmed(customers, new), ANNA)

    (basis,) = [row.basis for row in rows(customers, "SELECT basis FROM delegation_version")]
    assert basis["kind"] == "joint"
    assert purposes(customers) == [WHY]
    assert delegated_to(customers, ANNA) == [ANNA.code]
