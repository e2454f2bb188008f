"""deleg.15: a request reaches everyone who could give, and shows nobody else that it is there."""

from datetime import timedelta

import pytest

from domain.access.permissions import Permission
from domain.access_requests.request_rules import MOST_TOLD, RequestRules
from domain.access_requests.states import AccessRequestState as State
from domain.identifiers import CompanyKey, PersonKey
from domain.rates import LimitReached, Rate
from services.parties.people import ensure_person
from services.retention import tidy
from storage.access_requests import reach, request_queries
from storage.access_requests.asking import TooManyOpenRequests
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.access_requests import (
    about_requests,
    asked,
    let_time_pass,
    state_of,
    swept,
    told,
    wish,
)
from tests.builders.days import ZONE, today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    given,
    refused,
    terms,
)
from tests.builders.freezes import freeze, lift
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS, person
from tests.builders.register_states import KUUSK, TAMM, company, sole, state
from tests.builders.rows import account, put, rows, store_states

P = Permission
NOBODY = company(99)
DAY = timedelta(days=1)


def listed(database: Database, on: AccountFacts, who: PersonKey) -> int:
    """How many requests this person finds on the account."""
    who_id = ensure_person(database, who)
    with database.reading() as connection:
        return len(request_queries.of_account(connection, on.id, who_id, after=None, limit=9))


@pytest.mark.parametrize(
    ("of", "persons"),
    [
        pytest.param(KUUSK, {MARI}, id="who-represents-the-company-alone"),
        pytest.param(OFFICE.reference, {MARI}, id="by-customer-number"),
        pytest.param(TAMM, {TIIU, JAAN}, id="who-represent-it-together"),
        pytest.param(OWN.reference, {PEETER}, id="the-owner-of-a-private-account"),
        pytest.param(NOBODY, set(), id="no-customer"),
        pytest.param("K404", set(), id="no-such-number"),
    ],
)
def test_deleg_15_those_are_told_who_could_give(
    customers: Database, of: CompanyKey | str, persons: set[PersonKey]
) -> None:
    request = asked(customers, ANNA, of)

    swept(customers)
    swept(customers)

    assert set(told(customers)) == {who.code for who in persons}
    assert state_of(customers, request) == State.OPEN
    assert about_requests(customers) == ["created"]


def test_deleg_15_who_may_pass_on_a_part_of_it_is_told(customers: Database) -> None:
    given(customers, MARI, JAAN, OFFICE, terms(P.INVOICE_VIEW, may_pass_on=True))
    given(customers, MARI, TIIU, OFFICE, terms(P.SIM_VIEW, may_pass_on=True))
    given(customers, MARI, KATI, OFFICE, terms(P.INVOICE_VIEW))
    asked(customers, ANNA, KUUSK)

    swept(customers)

    assert set(told(customers)) == {MARI.code, JAAN.code}
    seen = {who.code: listed(customers, OFFICE, who) for who in (MARI, JAAN, TIIU, KATI, PEETER)}
    assert seen == {MARI.code: 1, JAAN.code: 1, TIIU.code: 0, KATI.code: 0, PEETER.code: 0}


def test_deleg_15_one_notice_for_a_company_with_several_accounts(customers: Database) -> None:
    second = account(KUUSK, 9)
    put(customers, second)
    asked(customers, ANNA, KUUSK)

    swept(customers)

    assert told(customers) == {MARI.code: OFFICE.id}
    assert (listed(customers, OFFICE, MARI), listed(customers, second, MARI)) == (1, 1)


def test_deleg_15_a_request_is_not_shown_or_told_to_its_own_applicant(customers: Database) -> None:
    asked(customers, MARI, KUUSK)

    swept(customers)

    assert told(customers) == {}
    assert listed(customers, OFFICE, MARI) == 0


def test_deleg_15_a_company_that_becomes_a_customer_finds_the_request(customers: Database) -> None:
    asked(customers, ANNA, NOBODY)
    swept(customers)
    later = account(NOBODY, 9)

    put(customers, later)
    store_states(customers, state(sole(KATI), of=NOBODY))
    swept(customers)

    assert listed(customers, later, KATI) == 1
    assert told(customers) == {}


def test_deleg_15_a_number_that_goes_to_a_new_owner_does_not_take_requests_along(
    customers: Database,
) -> None:
    asked(customers, ANNA, OWN.reference)

    put(customers, account(TOOMAS, 2))
    swept(customers)

    assert listed(customers, account(TOOMAS, 2), TOOMAS) == 0
    assert told(customers) == {}


def test_deleg_15_a_number_that_is_given_out_later_was_nobodys(customers: Database) -> None:
    asked(customers, ANNA, "K9")

    put(customers, account(TOOMAS, 9))
    swept(customers)

    assert told(customers) == {}


def test_deleg_15_a_frozen_applicant_reaches_nobody_until_it_is_lifted(customers: Database) -> None:
    frozen = freeze(customers, ANNA)
    asked(customers, ANNA, KUUSK)
    swept(customers)
    during = (told(customers), listed(customers, OFFICE, MARI))

    lift(customers, frozen)
    swept(customers)

    assert during == ({}, 0)
    assert (set(told(customers)), listed(customers, OFFICE, MARI)) == ({MARI.code}, 1)


@pytest.mark.parametrize("what", [MARI, OFFICE], ids=["giver", "account"])
def test_deleg_15_who_is_frozen_is_not_reached(
    customers: Database, what: PersonKey | AccountFacts
) -> None:
    freeze(customers, what)
    asked(customers, ANNA, KUUSK)

    swept(customers)

    assert MARI.code not in told(customers)
    assert listed(customers, OFFICE, MARI) == 0
    with customers.reading() as connection:
        assert not reach.gives_on(connection, OFFICE.id, ensure_person(customers, MARI))


def test_deleg_15_of_many_who_could_give_so_many_are_told(customers: Database) -> None:
    board = [person(number) for number in range(MOST_TOLD + 5)]
    store_states(customers, state(*map(sole, board), minute=1))
    asked(customers, ANNA, KUUSK)

    swept(customers)

    assert len(told(customers)) == MOST_TOLD
    assert listed(customers, OFFICE, board[-1]) == listed(customers, OFFICE, board[0]) == 1


@pytest.mark.parametrize("of", [KUUSK, NOBODY, OFFICE.reference, "K404"], ids=str)
def test_deleg_15_every_request_lapses_alike(customers: Database, of: CompanyKey | str) -> None:
    request = asked(customers, ANNA, of)
    let_time_pass(customers, request, 13)
    swept(customers)
    before = state_of(customers, request)
    let_time_pass(customers, request, 1)

    swept(customers)
    swept(customers)

    assert (before, state_of(customers, request)) == (State.OPEN, State.LAPSED)
    assert told(customers, "access_request_lapsed") == {ANNA.code: None}
    assert about_requests(customers) == ["created", "lapsed"]
    (row,) = rows(customers, "SELECT closed_at = lapses_at AS true_moment FROM access_request")
    assert row.true_moment


def test_deleg_15_it_lapses_when_the_days_that_were_asked_for_are_over(customers: Database) -> None:
    asked(customers, ANNA, KUUSK, wish(through_day=today()))

    (row,) = rows(customers, "SELECT lapses_at FROM access_request")

    assert row.lapses_at.astimezone(ZONE).date() == today() + DAY


@pytest.mark.parametrize("of", [KUUSK, NOBODY], ids=["customer", "no-customer"])
def test_deleg_15_requests_are_limited_alike(customers: Database, of: CompanyKey) -> None:
    rules = RequestRules(open_per_applicant=2, per_applicant=Rate(3, DAY))
    first = asked(customers, ANNA, of, rules=rules)
    asked(customers, ANNA, of, rules=rules)
    with pytest.raises(TooManyOpenRequests):
        asked(customers, ANNA, of, rules=rules)

    let_time_pass(customers, first, 20)
    asked(customers, ANNA, of, rules=rules)
    let_time_pass(customers, first, 20)
    other = RequestRules(per_applicant=Rate(3, DAY))
    with pytest.raises(LimitReached):
        asked(customers, ANNA, of, rules=other)


def test_deleg_15_terms_that_could_never_be_given_are_refused(customers: Database) -> None:
    with refused("manage_needs_pass_on", "from_in_past"):
        asked(customers, ANNA, NOBODY, wish(P.ACCESS_MANAGE, from_day=today() - DAY))

    assert about_requests(customers) == []


def test_deleg_15_no_event_holds_what_was_typed(customers: Database) -> None:
    asked(customers, ANNA, "K-77-typed", message="Palun, Mari")
    asked(customers, ANNA, NOBODY)

    found = rows(
        customers,
        "SELECT account_id, company_id, concat(actor, reason, before, after) AS said FROM event"
        " WHERE kind = 'access_request:created'",
    )

    assert [(row.account_id, row.company_id) for row in found] == [(None, None)] * 2
    assert not any(typed in row.said for row in found for typed in ("K-77", "Palun", NOBODY.code))


def test_deleg_15_what_is_over_is_deleted_after_thirty_days(customers: Database) -> None:
    kept, gone, waiting = (asked(customers, who, KUUSK) for who in (ANNA, KATI, TOOMAS))
    for request in (kept, gone):
        let_time_pass(customers, request, 14)
    swept(customers)
    for request, days in ((kept, 29), (gone, 30)):
        let_time_pass(customers, request, days)

    tidy(customers)

    left = rows(customers, "SELECT id FROM access_request")
    assert {row.id for row in left} == {kept, waiting}
