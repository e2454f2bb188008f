"""Acceptance: the receiver's word starts the grants, if the giver could still give them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from domain.access.permissions import Permission
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.access import grant_queries
from storage.database import Database
from storage.delegations import acceptance
from tests.builders.days import DAY, ZONE, today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    PHONE,
    ROUTER,
    RULES,
    DelegatedGrant,
    Given,
    about_delegations,
    accepted,
    actor,
    given,
    grants_of,
    known,
    offered,
    refused,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.freezes import freeze, lift
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, carry_out, put, put_service, rows, service, store_states

P = Permission
PAYING = {"invoice:pay", "invoice:view"}


def accept(database: Database, delegation: Given, who: PersonKey) -> bool:
    who_id, by = ensure_person(database, who), actor(database, who)
    with database.transaction() as session:
        return acceptance.accept(session, delegation.version_id, who_id, RULES, actor=by)


def test_deleg_3_an_accepted_delegation_gives_what_was_offered(customers: Database) -> None:
    wanted = terms(on=[PHONE.id, ROUTER.id], last=30)

    delegation = given(customers, MARI, ANNA, OFFICE, wanted)

    assert state_of(customers, delegation) == ("active", None)
    assert grants_of(customers) == [
        DelegatedGrant(delegation.id, ANNA.code, each.id, frozenset(PAYING))
        for each in (PHONE, ROUTER)
    ]
    (grant, _) = rows(
        customers,
        "SELECT upper(validity) AS until, proof, passed_on_by FROM access_grant"
        " WHERE origin = 'delegation'",
    )
    assert grant.until.astimezone(ZONE).date() == today() + 31 * DAY
    assert grant.until.astimezone(ZONE).timetz().isoformat()[:8] == "00:00:00"
    assert (grant.proof, grant.passed_on_by) == (delegation.version_id, None)


def test_deleg_4_a_grant_says_on_whose_authority_it_stands(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    with customers.reading() as connection:
        (grant,) = grant_queries.held(connection, ANNA, OFFICE.id)
    (register,) = rows(customers, "SELECT id, proof FROM access_grant WHERE origin = 'register'"
                       " AND account_id = :office", office=OFFICE.id)  # fmt: skip
    assert grant.reason.code == "delegated"
    assert grant.reason.facts["delegation"] == str(delegation.id)
    assert grant.reason.facts["grant"] == str(register.id)
    assert grant.reason.facts["register_state"] == str(register.proof)
    assert grant.reason.facts["given_by"] == str(ensure_person(customers, MARI))
    assert grant.reason.facts["from"] == today().isoformat()


def test_deleg_3_one_that_begins_later_gives_nothing_yet(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=2))

    with customers.reading() as connection:
        assert grant_queries.held(connection, ANNA, OFFICE.id) == []
    (grant,) = rows(
        customers, "SELECT lower(validity) AS since FROM access_grant WHERE origin = 'delegation'"
    )
    assert grant.since.astimezone(ZONE).date() == today() + 2 * DAY
    assert state_of(customers, delegation) == ("scheduled", None)


def test_deleg_11_only_the_receiver_accepts(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    assert not accept(customers, new, KATI)
    assert not accept(customers, new, MARI)
    assert not accept(customers, Given(uuid4(), uuid4()), ANNA)
    assert grants_of(customers) == []


def test_deleg_12_accepting_twice_starts_each_grant_once(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    assert accept(customers, new, ANNA)
    assert accept(customers, new, ANNA)

    assert len(grants_of(customers)) == 1
    assert about_delegations(customers) == ["offered", "accepted"]


def test_deleg_12_two_may_give_the_same_side_by_side(customers: Database) -> None:
    store_states(customers, state(sole(MARI), sole(JAAN), minute=1))

    one = given(customers, MARI, ANNA, OFFICE)
    other = given(customers, JAAN, ANNA, OFFICE)
    revoked(customers, one, MARI)

    assert [grant.delegation for grant in grants_of(customers)] == [other.id]


def test_deleg_10_an_offer_that_lapsed_cannot_be_accepted(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    carry_out(customers, "UPDATE delegation_version SET lapses_at = clock_timestamp()")

    with refused("not_open"):
        accept(customers, new, ANNA)


def test_deleg_13_acceptance_checks_again_what_the_offer_rests_on(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    store_states(customers, state(sole(JAAN), minute=1))

    with refused("basis_ended"):
        accept(customers, new, ANNA)

    assert grants_of(customers) == []
    store_states(customers, state(sole(JAAN), sole(MARI), minute=2))
    assert accept(customers, new, ANNA)


def test_deleg_4_what_was_accepted_stands_when_its_giver_leaves(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    store_states(customers, state(sole(JAAN), minute=1))

    assert [grant.delegation for grant in grants_of(customers)] == [delegation.id]


def test_deleg_13_what_is_passed_on_cannot_be_accepted_after_its_parent(
    customers: Database,
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = offered(customers, ANNA, KATI, OFFICE, parent=parent.id)
    accepted(customers, child, KATI)
    late = offered(customers, ANNA, JAAN, OFFICE, parent=parent.id)

    revoked(customers, parent, MARI)

    assert not accept(customers, late, JAAN)
    assert grants_of(customers) == []


def test_deleg_4_a_passed_on_grant_names_on_whose_it_hangs(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    (grant,) = rows(
        customers,
        "SELECT g.passed_on_by, g.reason FROM access_grant g JOIN person p ON p.id = g.person_id"
        " WHERE g.origin = 'delegation' AND p.code = :code",
        code=KATI.code,
    )
    assert grant.passed_on_by == ensure_person(customers, ANNA)
    assert grant.reason["facts"]["parent"] == str(parent.id)


def test_deleg_3_a_service_that_left_meanwhile_gets_no_grant(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))
    put_service(customers, service(1, OFFICE, status="ended"))

    accepted(customers, new, ANNA)

    assert [grant.service for grant in grants_of(customers)] == [ROUTER.id]


def test_deleg_9_an_offer_ends_with_its_account(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    put(customers, account(KUUSK, 1, status="closed"))

    assert state_of(customers, new) == ("ended", "delegation_account_closed")
    assert not accept(customers, new, ANNA)


def test_deleg_8_an_accepted_renewal_takes_the_place_of_what_was_in_force(
    customers: Database,
) -> None:
    delegation = given(customers, PEETER, ANNA, OWN)
    longer = renewed(customers, delegation, PEETER, terms(P.SIM_VIEW, P.INVOICE_PAY, last=60))
    assert [set(grant.permissions) for grant in grants_of(customers)] == [PAYING]

    accepted(customers, longer, ANNA)

    (grant,) = grants_of(customers)
    assert grant.permissions == {"sim:view", "invoice:pay"}
    (row,) = rows(customers, "SELECT version, state, ends_at - starts_at AS lasts FROM delegation")
    assert (row.version, row.state) == (2, "active")
    assert abs(row.lasts - timedelta(days=61)) <= timedelta(hours=1)
    assert about_delegations(customers) == ["offered", "accepted", "offered", "changed"]


def test_deleg_3_permissions_are_frozen(customers: Database) -> None:
    """What a later release adds to a role is not in what was given before."""
    delegation = given(customers, MARI, ANNA, OFFICE, terms(P.SIM_VIEW, role="accountant"))

    (grant,) = grants_of(customers)
    assert grant == DelegatedGrant(delegation.id, ANNA.code, None, frozenset({"sim:view"}))


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        pytest.param(
            partial(terms, P.INVOICE_VIEW, may_pass_on=True, last=60), {P.INVOICE_VIEW}, id="less"
        ),
        pytest.param(partial(terms, P.SIM_VIEW, may_pass_on=True), None, id="other-permissions"),
        pytest.param(partial(terms, last=60), None, id="not-passed-on-any-more"),
        pytest.param(partial(terms, may_pass_on=True, first=40, last=60), None, id="later"),
        pytest.param(partial(terms, may_pass_on=True, last=60), PAYING, id="longer"),
    ],
)
def test_deleg_5_an_accepted_renewal_clips_what_was_passed_on(
    customers: Database, wanted: Callable[[], Terms], left: set[str] | None
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    accepted(customers, renewed(customers, parent, MARI, wanted()), ANNA)

    kept = [set(grant.permissions) for grant in grants_of(customers) if grant.person == KATI.code]
    assert kept == ([] if left is None else [left])
    over = ("ended", "delegation_parent_ended")
    assert state_of(customers, child) == (over if left is None else ("active", None))


def test_deleg_5_an_accepted_renewal_ends_offers_beyond_it(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    offered(customers, ANNA, KATI, OFFICE, parent=parent.id)

    accepted(customers, renewed(customers, parent, MARI, terms(P.SIM_VIEW)), ANNA)

    assert not known(customers, KATI)


def test_deleg_9_a_renewal_is_accepted_while_the_delegation_lasts(customers: Database) -> None:
    """However late a worker tells that its days are over: dates act by themselves."""
    delegation = given(customers, MARI, ANNA, OFFICE)
    longer = renewed(customers, delegation, MARI, terms(last=60))
    lasts = "SELECT max(v.lapses_at) <= max(d.ends_at) FROM delegation d, delegation_version v"
    assert rows(customers, lasts)[0][0]
    expire(customers)

    with refused("not_open"):
        accepted(customers, longer, ANNA)
    with refused("not_open"):
        renewed(customers, delegation, MARI, terms(last=90))


def test_deleg_9_a_short_delegations_renewal_lapses_with_it(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(last=2))
    renewed(customers, delegation, MARI, terms(last=60))

    lasts = "SELECT v.lapses_at = d.ends_at FROM delegation d, delegation_version v"
    (renewal,) = rows(customers, f"{lasts} WHERE v.number = 2")
    assert renewal[0]


def expire(database: Database) -> None:
    """Shift every date of delegations into the past; nothing has told so yet."""
    for statement in (
        "UPDATE delegation SET ends_at = clock_timestamp() - interval '1 second'",
        "UPDATE delegation_version SET lapses_at = clock_timestamp() - interval '1 second'",
    ):
        carry_out(database, statement)


def test_deleg_6_who_is_frozen_accepts_nothing(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    frozen = freeze(customers, ANNA)

    with refused("receiver_frozen"):
        accept(customers, new, ANNA)

    lift(customers, frozen)
    assert accept(customers, new, ANNA)
