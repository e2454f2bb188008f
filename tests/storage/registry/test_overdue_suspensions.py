"""What was suspended for too long ends where the register stands by it: one answer ends nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.registry.register import RegisterState
from services import sweeps
from services.sweeps import SweepRules
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants, overdue_suspensions, register_states
from tests.builders.company_suspensions import alive, allowed, bankrupt, deleted
from tests.builders.days import ZONE
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    Given,
    given,
    offered,
    set_up_customers,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import REGISTER, carry_out, rows, store_states, wait_until_blocked
from tests.fixtures.patience import PATIENCE

DAYS = timedelta(days=14)
ENDED = ("ended", "delegation_suspended_too_long")


@pytest.fixture
def customers(database: Database) -> Database:
    """Mari represents Kuusk alone, and Tiiu Tamm."""
    set_up_customers(database)
    store_states(database, state(sole(TIIU), of=TAMM, minute=1))
    return database


def shift(database: Database, days: int) -> None:
    """Let all this have happened so many days earlier."""
    span = timedelta(days=days)
    carry_out(
        database,
        "UPDATE suspension SET begun_at = begun_at - :span,"
        " period = tstzrange(lower(period) - :span, upper(period))",
        span=span,
    )
    carry_out(database, "UPDATE delegation SET accepted_at = accepted_at - :span", span=span)


def confirm(database: Database, after: timedelta) -> None:
    """Let the register have said the same so long after its first word."""
    carry_out(
        database,
        "UPDATE register_state s SET as_of = x.begun_at + :after"
        " FROM suspension x JOIN account a ON a.id = x.account_id"
        " WHERE s.company_id = a.company_id AND upper_inf(s.in_force)",
        after=after,
    )


def sweep(database: Database, after: timedelta = DAYS) -> int:
    with database.transaction() as session:
        return overdue_suspensions.sweep(session, after)


@pytest.mark.parametrize(
    ("confirmed", "ends"),
    [
        pytest.param(None, False, id="one-answer-and-none-since"),
        pytest.param(DAYS - timedelta(seconds=1), False, id="too-early"),
        pytest.param(DAYS, True, id="after-the-days"),
        pytest.param(timedelta(days=50), True, id="long-after"),
    ],
)
def test_deleg_6_it_ends_only_if_the_register_says_so_again_after_the_days(
    customers: Database, confirmed: timedelta | None, ends: bool
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())
    shift(customers, 60)
    if confirmed is not None:
        confirm(customers, confirmed)

    done = [sweep(customers), sweep(customers)]

    assert done == ([1, 0] if ends else [0, 0])
    assert state_of(customers, delegation) == (ENDED if ends else ("active", None))
    carry_out(customers, "UPDATE register_state SET as_of = '2026-08-01 12:01Z'")
    store_states(customers, alive())
    assert allowed(customers, ANNA) == ([] if ends else [ANNA.code])


@pytest.mark.parametrize("again", [bankrupt(), deleted()], ids=["the-same", "deleted-by-now"])
def test_deleg_6_the_register_stands_by_it_with_its_own_answer(
    customers: Database, again: RegisterState
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    store_states(customers, bankrupt())
    shift(customers, 15)
    before = sweep(customers)

    store_states(customers, replace(again, as_of=datetime.now(UTC)))

    assert (before, sweep(customers)) == (0, 1)
    assert state_of(customers, delegation) == ENDED


def test_deleg_6_the_days_are_a_setting(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())
    shift(customers, 60)
    confirm(customers, timedelta(days=30))

    found = [sweep(customers, timedelta(days=days)) for days in (31, 30)]

    assert found == [0, 1]


def test_deleg_6_everything_that_hangs_on_it_ends_and_is_told_once(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    pending = offered(customers, MARI, JAAN, OFFICE)
    elsewhere = given(customers, TIIU, ANNA, OTHER)
    store_states(customers, deleted())
    shift(customers, 20)
    confirm(customers, DAYS)

    assert (sweep(customers), sweep(customers)) == (2, 0)

    assert [state_of(customers, each) for each in (parent, child)] == [ENDED, ENDED]
    assert state_of(customers, pending) == ("awaiting_acceptance", None)
    assert allowed(customers, ANNA, on=OTHER) == [ANNA.code]
    assert state_of(customers, elsewhere)[0] == "active"
    told = rows(customers, "SELECT kind FROM notice WHERE kind = 'delegation_ended'")
    actors = rows(customers, "SELECT actor FROM event WHERE kind = 'delegation:ended'")
    assert len(told) == 2
    assert [event.actor["kind"] for event in actors] == ["engine", "engine"]


def test_deleg_6_the_scheduler_sweeps_every_company(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    given(customers, TIIU, ANNA, OTHER)
    store_states(customers, deleted(), deleted(2, of=TAMM))
    shift(customers, 20)
    confirm(customers, DAYS)

    sweeps.run(customers, SweepRules(ZONE, suspension_ends_after=DAYS))

    ended = rows(customers, "SELECT ended_reason->>'code' AS why FROM delegation")
    assert {row.why for row in ended} == {ENDED[1]}
    assert sweep(customers) == 0


def test_deleg_6_what_came_later_has_its_days_too(customers: Database) -> None:
    """Taken in from elsewhere, or accepted as the register's answer came."""
    late = given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())
    shift(customers, 20)
    carry_out(customers, "UPDATE delegation SET accepted_at = accepted_at + interval '10 days'")
    confirm(customers, DAYS)
    first = sweep(customers)

    confirm(customers, DAYS + timedelta(days=11))

    assert (first, sweep(customers)) == (0, 1)
    assert state_of(customers, late) == ENDED


def test_deleg_6_what_expired_meanwhile_is_left_to_its_date(customers: Database) -> None:
    expired = given(customers, MARI, ANNA, OFFICE)
    lasting = given(customers, MARI, KATI, OFFICE)
    store_states(customers, deleted())
    shift(customers, 20)
    confirm(customers, DAYS)
    carry_out(
        customers,
        "UPDATE delegation SET ends_at = clock_timestamp() WHERE id = :id",
        id=expired.id,
    )

    assert (sweep(customers), sweep(customers)) == (1, 0)
    assert state_of(customers, lasting) == ENDED


def test_deleg_6_how_late_it_is_counts_from_the_longest_setting(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    store_states(customers, deleted())
    ages = []
    for earlier, since in ((20, 20), (80, 100)):
        shift(customers, earlier)
        confirm(customers, timedelta(days=since))
        with customers.reading() as connection:
            ages.append(overdue_suspensions.age(connection))

    assert ages[0] == 0
    assert ages[1] == pytest.approx(timedelta(days=10).total_seconds(), abs=60)


def taken_back(database: Database) -> None:
    with database.transaction() as session:
        (firm,) = upsert.company_ids(session, [KUUSK]).values()
        register_states.lock(session, [firm])
        said = replace(alive(), as_of=datetime.now(UTC))
        register_states.record_states(session, {firm: said}, actor=REGISTER)
        align_grants.align(session, [firm], actor=REGISTER)


def suspended_for_long(database: Database) -> Given:
    delegation = given(database, MARI, ANNA, OFFICE)
    store_states(database, deleted())
    shift(database, 20)
    confirm(database, DAYS)
    return delegation


def test_deleg_6_the_register_takes_it_back_while_it_is_ended(customers: Database) -> None:
    delegation = suspended_for_long(customers)

    with ThreadPoolExecutor() as beside:
        with customers.transaction() as session:
            (firm,) = upsert.company_ids(session, [KUUSK]).values()
            register_states.lock(session, [firm])
            sweeping = beside.submit(sweep, customers)
            wait_until_blocked(customers, by=session)
            said = replace(alive(), as_of=datetime.now(UTC))
            register_states.record_states(session, {firm: said}, actor=REGISTER)
            align_grants.align(session, [firm], actor=REGISTER)
        assert sweeping.result(PATIENCE) == 0

    assert state_of(customers, delegation) == ("active", None)
    assert allowed(customers, ANNA) == [ANNA.code]


def test_deleg_6_what_ended_for_good_does_not_come_back(customers: Database) -> None:
    delegation = suspended_for_long(customers)

    sweep(customers)
    taken_back(customers)

    assert state_of(customers, delegation) == ENDED
    assert allowed(customers, ANNA, MARI) == [MARI.code]
