"""The end of a delegation, with everything that hangs on it."""

from collections.abc import Callable

import pytest

from domain.accounts import AccountStatus
from domain.delegations.states import DelegationEnd
from storage.access import grant_queries
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import ends
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    OWN,
    PHONE,
    ROUTER,
    about_delegations,
    actor,
    delegated_to,
    given,
    grants_of,
    known,
    offered,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS, person
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, carry_out, put, put_service, rows, service


@pytest.mark.parametrize("how", [DelegationEnd.REVOKED, DelegationEnd.WAIVED])
def test_deleg_9_an_end_says_how(customers: Database, how: DelegationEnd) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    done = revoked(customers, delegation, ANNA, how)

    assert state_of(customers, delegation) == ("ended", f"delegation_{how}")
    assert [grant.reason["code"] for grant in done.grants] == [f"delegation_{how}"]
    with customers.reading() as connection:
        assert grant_queries.held(connection, ANNA, OFFICE.id) == []
    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'delegation:ended'")
    assert event.actor == actor(customers, ANNA).as_json()
    assert event.before == {"state": "active"}
    assert event.after == {"state": "ended", "version": 1}
    assert known(customers, ANNA)


def test_deleg_9_an_end_ends_everything_passed_on(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    pending = offered(customers, ANNA, JAAN, OFFICE, parent=parent.id)
    unknown = offered(customers, ANNA, person(7), OFFICE, parent=parent.id)
    beside = given(customers, MARI, KATI, OFFICE)

    done = revoked(customers, parent, MARI)

    assert {each.id for each in done.delegations} == {
        parent.id, child.id, pending.id, unknown.id
    }  # fmt: skip
    assert state_of(customers, parent) == ("ended", "delegation_revoked")
    for each in (child, pending, unknown):
        assert state_of(customers, each) == ("ended", "delegation_parent_ended")
    assert [grant.delegation for grant in grants_of(customers)] == [beside.id]
    assert known(customers, JAAN)
    assert not known(customers, person(7))


def test_deleg_9_a_child_ends_alone(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    revoked(customers, child, ANNA)

    assert delegated_to(customers, ANNA, KATI) == [ANNA.code]
    assert state_of(customers, parent) == ("active", None)


def test_deleg_9_ending_again_changes_nothing(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    revoked(customers, delegation, MARI)

    again = revoked(customers, delegation, ANNA, DelegationEnd.WAIVED)

    assert (again.delegations, again.grants) == ([], [])
    assert state_of(customers, delegation) == ("ended", "delegation_revoked")
    assert about_delegations(customers) == ["offered", "accepted", "ended"]


def test_deleg_9_what_has_expired_is_not_revoked(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    carry_out(customers, "UPDATE delegation SET ends_at = clock_timestamp()")
    expire = "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp())"
    carry_out(customers, f"{expire} WHERE origin = 'delegation'")

    done = revoked(customers, delegation, MARI)

    assert (done.delegations, done.grants) == ([], [])
    assert state_of(customers, delegation) == ("ended", "delegation_expired")
    assert about_delegations(customers) == ["offered", "accepted", "ended"]


def test_deleg_17_a_preview_is_what_ends(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True, on=[PHONE.id, ROUTER.id]))
    given(customers, ANNA, KATI, OFFICE, terms(on=[PHONE.id]), parent=parent.id)
    offered(customers, ANNA, JAAN, OFFICE, terms(on=[ROUTER.id]), parent=parent.id)
    by = actor(customers, MARI)

    with customers.trial() as session:
        preview = ends.end(session, [parent.id], DelegationEnd.REVOKED, actor=by)
    assert delegated_to(customers, ANNA, KATI) == [ANNA.code, KATI.code]

    assert revoked(customers, parent, MARI) == preview
    assert len(preview.grants) == 3


def test_deleg_12_one_that_has_not_begun_leaves_no_trace_of_access(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=2))

    revoked(customers, delegation, MARI)

    (grant,) = rows(
        customers,
        "SELECT isempty(validity) AS never FROM access_grant WHERE origin = 'delegation'",
    )
    assert grant.never
    given(customers, MARI, ANNA, OFFICE, terms(first=2))


def test_deleg_9_an_open_renewal_is_withdrawn_with_the_end(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    renewed(customers, delegation, MARI, terms(last=90))

    revoked(customers, delegation, MARI)

    found = rows(customers, "SELECT state FROM delegation_version ORDER BY number")
    assert [row.state for row in found] == ["accepted", "withdrawn"]


@pytest.mark.parametrize(
    ("becomes", "how"),
    [
        pytest.param(account(TAMM, 1), "owner_changed", id="another-companys"),
        pytest.param(account(TOOMAS, 1), "owner_changed", id="a-persons"),
        pytest.param(account(KUUSK, 1, status="closed"), "account_closed", id="closed"),
    ],
)
def test_deleg_6_delegations_end_with_the_account(
    customers: Database, becomes: AccountFacts, how: str
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    elsewhere = given(customers, PEETER, ANNA, OWN)

    put(customers, becomes)

    for each in (parent, child):
        assert state_of(customers, each) == ("ended", f"delegation_{how}")
    assert [grant.delegation for grant in grants_of(customers)] == [elsewhere.id]


def _end_phone(database: Database) -> None:
    put_service(database, service(1, OFFICE, status="ended"))


def _move_phone(database: Database) -> None:
    put_service(database, service(1, OTHER))


@pytest.mark.parametrize("lose", [_end_phone, _move_phone], ids=["ended", "moved"])
def test_deleg_9_a_delegation_ends_with_the_last_of_its_services(
    customers: Database, lose: Callable[[Database], None]
) -> None:
    alone = given(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id]))
    pending = offered(customers, MARI, KATI, OFFICE, terms(on=[PHONE.id]))
    both = given(customers, MARI, JAAN, OFFICE, terms(on=[PHONE.id, ROUTER.id]))
    whole = given(customers, MARI, TIIU, OFFICE)

    lose(customers)

    for each in (alone, pending):
        assert state_of(customers, each) == ("ended", "delegation_services_gone")
    assert [(grant.delegation, grant.service) for grant in grants_of(customers)] == sorted(
        [(both.id, ROUTER.id), (whole.id, None)], key=lambda each: each[0]
    )


def test_deleg_6_the_account_keeps_working_for_others(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    put(customers, account(KUUSK, 1, name="Uus nimi"))

    assert state_of(customers, delegation) == ("active", None)
    assert OFFICE.status is AccountStatus.ACTIVE
