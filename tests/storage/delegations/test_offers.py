"""Offers: who may give what to whom, and what is written down of it."""

from datetime import timedelta

import pytest

from domain.access.permissions import Permission
from domain.delegations.offer_rules import OfferRules
from domain.identifiers import PersonKey
from domain.rates import LimitReached, Rate
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.days import ZONE, today
from tests.builders.delegations import (
    FOREIGN,
    OFFICE,
    OTHER,
    OWN,
    PHONE,
    ROUTER,
    RULES,
    about_delegations,
    given,
    known,
    offered,
    refused,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, give, put, rows

P = Permission


@pytest.mark.parametrize(
    ("giver", "on", "kind"),
    [
        pytest.param(MARI, OFFICE, "register", id="sole-representative"),
        pytest.param(PEETER, OWN, "owner", id="owner"),
    ],
)
def test_deleg_4_who_gives_in_the_owners_name(
    customers: Database, giver: PersonKey, on: AccountFacts, kind: str
) -> None:
    new = offered(customers, giver, ANNA, on)

    (version,) = rows(customers, "SELECT basis FROM delegation_version")
    assert version.basis["kind"] == kind
    assert version.basis["given_on"] == today().isoformat()
    assert ("register_state" in version.basis) == ("as_of" in version.basis) == (on is OFFICE)
    assert state_of(customers, new) == ("awaiting_acceptance", None)


@pytest.mark.parametrize(
    ("giver", "on", "refusal"),
    [
        pytest.param(KATI, OFFICE, "not_allowed_to_give", id="a-stranger"),
        pytest.param(MARI, OWN, "not_allowed_to_give", id="of-another-account"),
        pytest.param(TIIU, OTHER, "needs_joint_approval", id="joint-representative"),
        pytest.param(MARI, account(KUUSK, 9), "not_allowed_to_give", id="no-such-account"),
    ],
)
def test_deleg_4_who_may_not_give_learns_why_and_nothing_else(
    customers: Database, giver: PersonKey, on: AccountFacts, refusal: str
) -> None:
    with refused(refusal):
        offered(customers, giver, ANNA, on, terms(first=-1, on=[FOREIGN.id]))

    assert not known(customers, ANNA)


def test_deleg_3_every_reason_against_the_terms_is_named(customers: Database) -> None:
    wanted = terms(P.ACCESS_MANAGE, first=-1, on=[PHONE.id, FOREIGN.id])

    with refused("manage_needs_pass_on", "from_in_past", "service_of_another_account"):
        offered(customers, MARI, ANNA, OFFICE, wanted)


def test_deleg_7_nobody_gives_to_themselves(customers: Database) -> None:
    with refused("to_yourself"):
        offered(customers, MARI, MARI, OFFICE)

    own = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    with refused("to_yourself"):
        renewed(customers, own, ANNA, terms(may_pass_on=True, last=40))


def test_deleg_4_what_is_passed_on_stays_within_its_parent(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id], may_pass_on=True))

    for wanted, refusal in (
        (terms(P.SIM_VIEW, on=[PHONE.id]), "beyond_parent_permissions"),
        (terms(on=[ROUTER.id]), "beyond_parent_scope"),
        (terms(on=[PHONE.id], last=31), "beyond_parent_dates"),
        (terms(on=[PHONE.id], may_pass_on=True), "too_deep"),
    ):
        with refused(refusal):
            offered(customers, ANNA, KATI, OFFICE, wanted, parent=parent.id)
    child = given(customers, ANNA, KATI, OFFICE, terms(on=[PHONE.id]))

    (row,) = rows(customers, "SELECT parent_id FROM delegation WHERE id = :id", id=child.id)
    assert row.parent_id == parent.id
    with refused("may_not_pass_on"):
        offered(customers, KATI, TIIU, OFFICE, terms(on=[PHONE.id]))


def test_deleg_4_only_ones_own_delegation_can_be_passed_on(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))

    for giver in (KATI, MARI):
        with refused("not_allowed_to_give"):
            offered(customers, giver, TIIU, OFFICE, parent=parent.id)


def test_deleg_4_who_manages_by_the_operators_word_gives_nothing(customers: Database) -> None:
    give(customers, KATI, OFFICE, "administrator")

    with refused("not_allowed_to_give"):
        offered(customers, KATI, ANNA, OFFICE)


def test_deleg_11_an_offer_gives_nothing_and_its_event_names_ids_only(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'delegation:offered'")
    assert rows(customers, "SELECT FROM access_grant WHERE origin = 'delegation'") == []
    assert (event.subject_id, event.account_id) == (new.id, OFFICE.id)
    assert event.reason["facts"]["given_by"] == event.actor["id"]
    assert ANNA.code not in str(tuple(event))


def test_deleg_11_known_and_unknown_receivers_are_answered_alike(customers: Database) -> None:
    known_one = offered(customers, MARI, TIIU, OFFICE)
    unknown = offered(customers, MARI, ANNA, OFFICE)

    assert state_of(customers, known_one) == state_of(customers, unknown)


def test_deleg_11_offers_are_limited_for_each_giver(customers: Database) -> None:
    rules = OfferRules(ZONE, per_giver=Rate(2, timedelta(days=1)))
    offered(customers, MARI, ANNA, OFFICE, rules=rules)
    offered(customers, MARI, KATI, OFFICE, rules=rules)

    with pytest.raises(LimitReached) as reached:
        offered(customers, MARI, JAAN, OFFICE, rules=rules)

    assert reached.value.retry_after > timedelta(hours=11)
    offered(customers, PEETER, ANNA, OWN, rules=rules)


def test_deleg_11_open_offers_are_limited_for_each_receiver(customers: Database) -> None:
    rules = OfferRules(ZONE, open_per_receiver=2)
    offered(customers, MARI, ANNA, OFFICE, rules=rules)
    offered(customers, PEETER, ANNA, OWN, rules=rules)

    with refused("too_many_open_offers"):
        offered(customers, MARI, ANNA, OFFICE, rules=rules)

    offered(customers, MARI, KATI, OFFICE, rules=rules)


def test_deleg_10_an_offer_lapses_after_two_weeks_or_when_its_days_are_over(
    customers: Database,
) -> None:
    offered(customers, MARI, ANNA, OFFICE, terms(last=0))
    offered(customers, MARI, ANNA, OFFICE, terms())

    found = rows(
        customers,
        "SELECT v.lapses_at = d.ends_at AS at_its_end, v.lapses_at - v.created_at AS after"
        " FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id ORDER BY d.ends_at",
    )
    assert [row.at_its_end for row in found] == [True, False]
    assert abs(found[1].after - RULES.lapses_after) < timedelta(seconds=10)


def test_deleg_8_a_renewal_is_offered_and_takes_the_place_of_another(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    renewed(customers, delegation, MARI, terms(last=60))
    renewed(customers, delegation, MARI, terms(last=90))

    found = rows(customers, "SELECT number, state FROM delegation_version ORDER BY number")
    assert [row.state for row in found] == ["accepted", "withdrawn", "offered"]
    assert about_delegations(customers) == ["offered", "accepted", "offered", "offered"]


def test_deleg_8_what_was_given_in_the_owners_name_is_renewed_in_it(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    given(customers, MARI, KATI, OFFICE, terms(may_pass_on=True))

    with refused("not_allowed_to_give"):
        renewed(customers, delegation, KATI, terms())


def test_deleg_8_what_was_never_accepted_cannot_be_renewed(customers: Database) -> None:
    delegation = offered(customers, MARI, ANNA, OFFICE)

    with refused("not_open"):
        renewed(customers, delegation, MARI, terms(last=60))


def test_deleg_8_what_was_taken_back_cannot_be_renewed(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    revoked(customers, delegation, MARI)

    with refused("not_open"):
        renewed(customers, delegation, MARI, terms(last=60))


def test_deleg_4_nothing_is_given_on_a_closed_account(customers: Database) -> None:
    put(customers, account(KUUSK, 1, status="closed"))

    with refused("not_allowed_to_give"):
        offered(customers, MARI, ANNA, OFFICE)
