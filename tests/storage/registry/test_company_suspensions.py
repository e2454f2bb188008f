"""A company that the register calls deleted or bankrupt: what was given there is held back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from domain.access.remedies import RemedyCode
from domain.access.suspensions import Subject
from domain.delegations.states import DelegationEnd
from domain.registry.register import RegisterState
from services.access import freezes
from services.access.explain import Question, explain
from services.parties.people import ensure_person
from storage.access import suspension_queries
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import delegation_queries
from tests.builders.company_suspensions import (
    VIEW,
    alive,
    allowed,
    bankrupt,
    decision,
    deleted,
    suspensions,
)
from tests.builders.delegations import (
    OFFICE,
    Given,
    about_delegations,
    accepted,
    given,
    narrowed,
    offered,
    refused,
    renewed,
    revoked,
    set_up_customers,
    state_of,
    terms,
)
from tests.builders.freezes import ANN, freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU, TOOMAS
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, give, put, rows, store_states

ENDING = [pytest.param(deleted(), id="deleted"), pytest.param(bankrupt(), id="bankrupt")]


@pytest.fixture
def customers(database: Database) -> Database:
    """Mari represents Kuusk alone; Anna may pass on what she was given, Kati has it from her."""
    set_up_customers(database)
    return database


def shown(database: Database, delegation: Given) -> str:
    with database.reading() as connection:
        view = delegation_queries.one(connection, delegation.id)
    assert view is not None
    return view.state


def everything(database: Database) -> object:
    """All grants and delegations, as they are stored."""
    tables = ("access_grant", "delegation", "delegation_version")
    return [rows(database, f"SELECT * FROM {table} ORDER BY id") for table in tables]


@pytest.mark.parametrize("said", ENDING)
def test_deleg_6_what_was_given_is_held_back_until_the_register_takes_it_back(
    customers: Database, said: RegisterState
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    later = given(customers, MARI, JAAN, OFFICE, terms(first=3))
    before = everything(customers)[1:]  # type: ignore[index]

    aligned = store_states(customers, said)
    during = [shown(customers, each) for each in (parent, child, later)]
    assert allowed(customers, MARI, ANNA, KATI) == []
    store_states(customers, alive())

    assert (len(aligned.ended), len(aligned.suspended)) == (1, 2)
    assert during == ["suspended", "suspended", "suspended"]
    assert [shown(customers, each) for each in (parent, child, later)] == [
        "active",
        "active",
        "scheduled",
    ]
    assert allowed(customers, MARI, ANNA, KATI) == [MARI.code, ANNA.code, KATI.code]
    assert everything(customers)[1:] == before  # type: ignore[index]
    assert suspensions(customers) == [(1, False)]


def test_deleg_6_a_refusal_says_what_the_register_said_and_when(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())

    (to_anna,) = decision(customers, ANNA).reasons
    to_mari, to_tiiu = (decision(customers, who).reasons for who in (MARI, TIIU))

    assert to_anna.code == "delegations_suspended"
    assert (to_anna.facts["status"], to_anna.facts["as_of"]) == (
        "deleted",
        "2026-08-01T12:01:00+00:00",
    )
    assert "2026-08-01 12:01" in to_anna.text
    assert [reason.code for reason in to_mari] == ["no_access", "company_deleted"]
    assert [reason.code for reason in to_tiiu] == ["no_access"]


def test_deleg_6_an_explanation_says_what_would_bring_it_back(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())

    to_anna, to_mari = (
        explain(customers, Question(ensure_person(customers, who), OFFICE.id, VIEW)).missing
        for who in (ANNA, MARI)
    )

    assert to_anna[0].reason.code == "delegations_suspended"
    assert to_anna[0].remedy.code is RemedyCode.COMPANY_EXISTS
    assert "delegations_suspended" not in [each.reason.code for each in to_mari]


def test_deleg_6_what_the_register_does_not_give_and_nobody_delegated_stays(
    customers: Database,
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    give(customers, JAAN, OFFICE, "accountant")
    store_states(customers, bankrupt())

    assert allowed(customers, ANNA, JAAN, TOOMAS) == [JAAN.code, TOOMAS.code]


def test_deleg_6_a_past_moment_is_answered_as_it_was(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())
    store_states(customers, alive())
    (period,) = rows(customers, "SELECT lower(period) AS since, upper(period) AS u FROM suspension")
    instant = timedelta(microseconds=1)

    moments = [period.since - instant, period.since, period.u - instant, period.u]

    found = [decision(customers, ANNA, at=moment).allowed for moment in moments]
    assert found == [True, False, False, True]


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([deleted(1), deleted(2), deleted(1)], id="repeated"),
        pytest.param([deleted(2), alive(1)], id="an-older-one-comes-late"),
        pytest.param([bankrupt(1), deleted(2)], id="first-bankrupt"),
        pytest.param([deleted(1), alive(2), deleted(3)], id="taken-back-and-said-again"),
    ],
)
def test_deleg_6_the_newest_answer_counts_whatever_came_when(
    customers: Database, answers: list[RegisterState]
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    for answer in answers:
        store_states(customers, answer)

    assert allowed(customers, ANNA) == []
    assert [is_open for _, is_open in suspensions(customers)].count(True) == 1
    (reason,) = decision(customers, ANNA).reasons
    assert reason.facts["status"] == "deleted"


def test_deleg_6_each_receiver_is_told_once_and_finds_it_in_the_history(
    customers: Database,
) -> None:
    for who in (ANNA, KATI):
        given(customers, MARI, who, OFFICE)
    over = given(customers, MARI, JAAN, OFFICE)
    revoked(customers, over, MARI)
    offered(customers, MARI, TIIU, OFFICE)
    for answer in (deleted(1), deleted(2), alive(3), alive(4)):
        store_states(customers, answer)

    told = rows(
        customers,
        "SELECT p.code, n.kind, n.account_id FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind IN ('delegation_suspended', 'delegation_restored') ORDER BY n.created_at",
    )
    events = rows(
        customers,
        "SELECT e.kind, p.code, e.actor, e.reason FROM event e JOIN person p ON p.id = e.person_id"
        " WHERE e.kind IN ('delegation:suspended', 'delegation:restored') ORDER BY e.id",
    )
    expected = {
        (who.code, f"delegation_{what}")
        for what in ("suspended", "restored")
        for who in (ANNA, KATI)
    }
    assert {(row.code, row.kind) for row in told} == expected
    assert len(told) == len(events) == 4
    assert {(event.code, event.kind.replace(":", "_")) for event in events} == expected
    assert {event.actor["kind"] for event in events} == {"register"}
    assert [event.reason["code"] for event in events] == [
        *["delegations_suspended"] * 2,
        *["delegations_restored"] * 2,
    ]


def test_deleg_6_a_state_that_changes_nothing_costs_one_statement(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.extend([statement] if "suspension" in statement else [])

    event.listen(customers.engine, "before_cursor_execute", note)
    store_states(customers, alive())

    assert len(asked) == 1


def test_deleg_6_a_deleted_companys_new_account_is_suspended_from_its_beginning(
    customers: Database,
) -> None:
    store_states(customers, deleted())
    put(customers, account(KUUSK, 4), account(TAMM, 5))

    assert suspensions(customers) == [(1, True), (4, True)]


@pytest.mark.parametrize(
    ("becomes", "expected"),
    [
        pytest.param(account(TAMM, 1), [(1, False)], id="another-companys"),
        pytest.param(account(TOOMAS, 1), [(1, False)], id="a-persons"),
        pytest.param(account(KUUSK, 1, status="closed"), [(1, False)], id="closed"),
        pytest.param(account(KUUSK, 1, name="Uus nimi"), [(1, True)], id="another-name"),
    ],
)
def test_deleg_6_what_is_said_of_the_old_owner_does_not_stay_for_the_new_one(
    customers: Database, becomes: AccountFacts, expected: list[tuple[int, bool]]
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())

    put(customers, becomes)

    assert suspensions(customers) == expected
    assert "restored" not in about_delegations(customers)
    assert allowed(customers, ANNA) == []


def test_deleg_6_an_account_that_is_opened_again_is_suspended_again(customers: Database) -> None:
    store_states(customers, deleted())
    put(customers, account(KUUSK, 1, status="closed"))
    put(customers, OFFICE)

    assert suspensions(customers) == [(1, False), (1, True)]


def test_deleg_6_a_deleted_company_that_takes_an_account_over_suspends_it(
    customers: Database,
) -> None:
    store_states(customers, deleted(of=TAMM))

    put(customers, account(TAMM, 1))

    assert suspensions(customers) == [(3, True), (1, True)]


def test_deleg_6_nothing_is_given_accepted_or_renewed_meanwhile(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    pending = offered(customers, MARI, KATI, OFFICE)
    renewal = renewed(customers, parent, MARI, terms(last=90, may_pass_on=True))
    store_states(customers, bankrupt())

    with refused("delegations_suspended"):
        offered(customers, TOOMAS, JAAN, OFFICE)
    with refused("delegations_suspended"):
        renewed(customers, parent, TOOMAS, terms(last=60))
    with refused("not_allowed_to_give"):
        offered(customers, ANNA, JAAN, OFFICE, parent=parent.id)
    for new, who in ((pending, KATI), (renewal, ANNA)):
        with refused("delegations_suspended"):
            accepted(customers, new, who)

    store_states(customers, alive())
    accepted(customers, pending, KATI)
    assert allowed(customers, KATI) == [KATI.code]


def _revoke(database: Database, delegation: Given) -> None:
    revoked(database, delegation, TOOMAS)


def _waive(database: Database, delegation: Given) -> None:
    revoked(database, delegation, ANNA, DelegationEnd.WAIVED)


def _narrow(database: Database, delegation: Given) -> None:
    narrowed(database, delegation, TOOMAS, terms(last=3))


@pytest.mark.parametrize("take", [_revoke, _waive, _narrow])
def test_deleg_6_what_is_suspended_can_be_taken_back_and_given_up(
    customers: Database, take: Callable[[Database, Given], None]
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    store_states(customers, bankrupt())

    take(customers, delegation)
    during = allowed(customers, ANNA)
    store_states(customers, alive())

    assert during == []
    narrowed_only = state_of(customers, delegation)[0] == "active"
    assert narrowed_only is (take is _narrow)
    assert allowed(customers, ANNA) == ([ANNA.code] if narrowed_only else [])


def test_deleg_6_a_freeze_and_the_register_hold_back_each_by_itself(customers: Database) -> None:

    given(customers, MARI, ANNA, OFFICE)
    frozen = freeze(customers, OFFICE)
    store_states(customers, deleted())
    codes = [reason.code for reason in decision(customers, ANNA).reasons]
    freezes.request_lift(customers, frozen.id, actor=ANN, note="x")

    store_states(customers, alive())

    assert codes == ["access_frozen", "delegations_suspended"]
    assert allowed(customers, ANNA, MARI) == []


def test_deleg_6_staff_neither_see_nor_lift_it_as_a_freeze(customers: Database) -> None:
    store_states(customers, deleted())
    with customers.reading() as connection:
        listed = suspension_queries.freezes(connection, lifted_too=True, before=None, limit=9)
        (row,) = rows(customers, "SELECT id FROM suspension")
        by_id = suspension_queries.freeze(connection, row.id)

    assert (listed, by_id) == ([], None)
    # An account of a deleted company can be frozen beside it.
    assert freeze(customers, OFFICE).subject == Subject(account_id=OFFICE.id)
