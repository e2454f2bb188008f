"""Narrowing and shortening: true at once, and what was passed on follows."""

from collections.abc import Callable
from functools import partial

import pytest

from domain.access.permissions import Permission
from domain.delegations.terms import Terms
from storage.database import Database
from storage.delegations import narrowing
from tests.builders.days import DAY, ZONE, today
from tests.builders.delegations import (
    FOREIGN,
    OFFICE,
    PHONE,
    ROUTER,
    RULES,
    about_delegations,
    accepted,
    actor,
    delegated_to,
    given,
    grants_of,
    narrowed,
    offered,
    refused,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.rows import put_service, rows, service

P = Permission


def test_deleg_8_a_shorter_one_counts_at_once(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    done = narrowed(customers, delegation, MARI, terms(last=3))

    (grant,) = rows(
        customers,
        "SELECT upper(validity) AS until, proof FROM access_grant WHERE origin = 'delegation'"
        " AND upper(validity) > clock_timestamp()",
    )
    assert grant.until.astimezone(ZONE).date() == today() + 4 * DAY
    assert grant.proof == done.version_id
    found = rows(customers, "SELECT number, state FROM delegation_version ORDER BY number")
    assert [tuple(row) for row in found] == [(1, "superseded"), (2, "accepted")]
    assert about_delegations(customers) == ["offered", "accepted", "changed"]


def test_deleg_8_narrowing_to_the_same_changes_nothing(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    narrowed(customers, delegation, MARI, terms(P.INVOICE_VIEW))

    done = narrowed(customers, delegation, MARI, terms(P.INVOICE_VIEW))

    assert (done.clipped, done.ended.delegations) == ((), ())
    assert about_delegations(customers) == ["offered", "accepted", "changed"]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        pytest.param(partial(terms, last=31), "not_narrower", id="longer"),
        pytest.param(partial(terms, P.SIM_VIEW), "not_narrower", id="another-permission"),
        pytest.param(partial(terms, may_pass_on=True), "not_narrower", id="passing-on"),
        pytest.param(
            partial(terms, on=[FOREIGN.id]), "service_of_another_account", id="foreign-service"
        ),
    ],
)
def test_deleg_8_giving_more_is_not_narrowing(
    customers: Database, wanted: Callable[[], Terms], refusal: str
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    with refused(refusal):
        narrowed(customers, delegation, MARI, wanted())


def test_deleg_8_only_what_is_in_force_is_narrowed(customers: Database) -> None:
    pending = offered(customers, MARI, ANNA, OFFICE)
    over = given(customers, MARI, KATI, OFFICE)
    revoked(customers, over, MARI)

    for each in (pending, over):
        with refused("not_open"):
            narrowed(customers, each, MARI, terms(last=3))


def test_deleg_8_nothing_of_that_id_is_narrowed(customers: Database) -> None:
    with customers.transaction() as session:
        done = narrowing.narrow(session, PHONE.id, terms(), RULES, actor=actor(customers, MARI))

    assert done is None


def test_deleg_5_a_narrowed_parent_clips_its_children(customers: Database) -> None:
    wanted = terms(on=[PHONE.id, ROUTER.id], may_pass_on=True)
    parent = given(customers, MARI, ANNA, OFFICE, wanted)
    both = given(customers, ANNA, KATI, OFFICE, terms(on=[PHONE.id, ROUTER.id]), parent=parent.id)
    router = given(customers, ANNA, JAAN, OFFICE, terms(on=[ROUTER.id]), parent=parent.id)
    pending = offered(customers, ANNA, JAAN, OFFICE, terms(on=[ROUTER.id]), parent=parent.id)
    fits = offered(customers, ANNA, KATI, OFFICE, terms(on=[PHONE.id], last=2), parent=parent.id)

    done = narrowed(customers, parent, MARI, terms(on=[PHONE.id], may_pass_on=True, last=5))

    assert done.clipped == [both.id]
    assert {each.id for each in done.ended.delegations} == {router.id, pending.id}
    assert {(grant.delegation, grant.service) for grant in grants_of(customers)} == {
        (parent.id, PHONE.id), (both.id, PHONE.id)
    }  # fmt: skip
    assert state_of(customers, router) == ("ended", "delegation_parent_ended")
    assert state_of(customers, fits) == ("awaiting_acceptance", None)
    (clip,) = rows(
        customers,
        "SELECT through_day, basis FROM delegation_version"
        " WHERE delegation_id = :id AND state = 'accepted'",
        id=both.id,
    )
    assert clip.through_day == today() + 5 * DAY
    assert clip.basis["parent"] == str(parent.id)


def test_deleg_5_what_may_not_be_passed_on_any_more_ends_below(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    narrowed(customers, parent, MARI, terms())

    assert delegated_to(customers, ANNA, KATI) == [ANNA.code]


def test_deleg_8_a_service_that_is_gone_since_stands_in_nobodys_way(customers: Database) -> None:
    on = [PHONE.id, ROUTER.id]
    delegation = given(customers, MARI, ANNA, OFFICE, terms(on=on))
    put_service(customers, service(1, OFFICE, status="ended"))

    narrowed(customers, delegation, MARI, terms(on=on, last=3))

    assert [grant.service for grant in grants_of(customers)] == [ROUTER.id]


def test_deleg_8_an_open_renewal_does_not_give_back_what_was_taken_since(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    longer = renewed(customers, delegation, MARI, terms(last=90))

    narrowed(customers, delegation, MARI, terms(P.INVOICE_VIEW))

    with refused("not_open"):
        accepted(customers, longer, ANNA)
    assert [grant.permissions for grant in grants_of(customers)] == [{P.INVOICE_VIEW}]
    assert about_delegations(customers) == [
        "offered",
        "accepted",
        "offered",
        "withdrawn",
        "changed",
    ]


def test_deleg_8_a_clipped_delegation_is_not_widened_by_an_older_renewal(
    customers: Database,
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, terms(P.INVOICE_VIEW), parent=parent.id)
    wider = renewed(customers, child, ANNA, terms())

    narrowed(customers, parent, MARI, terms(P.INVOICE_VIEW, last=3, may_pass_on=True))

    with refused("not_open"):
        accepted(customers, wider, KATI)
