"""What dates bring about is found by a sweep: told once, with its true moment, however late."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.delegations.states import DelegationState
from storage.access import grant_queries
from storage.database import Database
from storage.delegations import delegation_queries
from tests.builders.days import DAY, ZONE, today
from tests.builders.delegation_dates import beginning_of, days_pass, sweep
from tests.builders.delegations import (
    OFFICE,
    PHONE,
    ROUTER,
    Given,
    accepted,
    given,
    narrowed,
    offered,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, KATI, MARI, TIIU
from tests.builders.register_states import sole, state
from tests.builders.rows import put_service, rows, service, store_states


def about_dates(database: Database) -> list[tuple[str, str]]:
    """The events that dates brought about, as they were written: kind and true moment."""
    found = rows(
        database,
        "SELECT kind, after->>'happened_at' AS at FROM event"
        " WHERE after ? 'happened_at' ORDER BY id",
    )
    return [(row.kind, row.at) for row in found]


def told(database: Database) -> list[tuple[str, str, Any]]:
    """Who was told of an end: soon, with how many days, or that it is over."""
    found = rows(
        database,
        "SELECT p.code, n.kind, n.facts->'days' AS days FROM notice n"
        " JOIN person p ON p.id = n.person_id WHERE n.kind ~ 'delegation_end'"
        " ORDER BY n.created_at, n.person_id = n.subject_id, p.code DESC",
    )
    return [(row.code, row.kind.removeprefix("delegation_"), row.days) for row in found]


def both(kind: str, days: int | None = None) -> list[tuple[str, str, Any]]:
    """The notice of this kind to giver and receiver."""
    return sorted([(MARI.code, kind, days), (ANNA.code, kind, days)], reverse=True)


def test_deleg_10_a_delegation_begins_and_ends_with_no_sweep_and_is_told_of_afterwards(
    customers: Database,
) -> None:
    delegation = given(
        customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id], first=3, last=5)
    )
    seen = list[bool]()
    for _ in range(7):
        seen.append(pays_for_phone(customers))
        days_pass(customers, 1)
    assert seen == [False, False, False, True, True, True, False]
    assert about_dates(customers) == []

    days_pass(customers, 23)
    assert (sweep(customers), sweep(customers)) == (1, 0)

    # 30 days have passed: it began 27 days ago, and its last day was 25 days ago.
    began, over = beginning_of(-27), beginning_of(-24)
    assert about_dates(customers) == [
        ("delegation:started", began),
        ("grant:started", began),
        ("grant:started", began),
        ("delegation:ended", over),
        ("grant:expired", over),
        ("grant:expired", over),
    ]
    assert told(customers) == both("ended")
    assert state_of(customers, delegation) == ("ended", "delegation_expired")
    (row,) = rows(customers, "SELECT ended_at, ends_at, next_due_at FROM delegation")
    assert (row.ended_at, row.next_due_at) == (row.ends_at, None)


def pays_for_phone(database: Database) -> bool:
    with database.reading() as connection:
        held = grant_queries.held(connection, ANNA, OFFICE.id)
    return any(grant.service_id == PHONE.id for grant in held)


def started(database: Database, delegation: Given) -> Sequence[str]:
    """The events of a delegation and of its grants, oldest first, without those of its offer."""
    found = rows(
        database,
        "SELECT e.kind FROM event e WHERE e.kind !~ 'offered|accepted|notice' AND (e.subject_id"
        " = :id OR e.subject_id IN (SELECT id FROM access_grant WHERE delegation_id = :id))"
        " ORDER BY e.id",
        id=delegation.id,
    )
    return [row.kind for row in found]


def due_in(database: Database, delegation: Given) -> int | None:
    """In how many days something is next due of a delegation."""
    (row,) = rows(database, "SELECT next_due_at FROM delegation WHERE id = :id", id=delegation.id)
    if row.next_due_at is None:
        return None
    day: date = row.next_due_at.astimezone(ZONE).date()
    return (day - today()).days


def test_deleg_10_every_change_says_when_something_is_next_due(customers: Database) -> None:
    delegation = offered(customers, MARI, ANNA, OFFICE, terms(first=5, last=100, may_pass_on=True))
    assert due_in(customers, delegation) is None
    accepted(customers, delegation, ANNA)
    assert due_in(customers, delegation) == 5
    narrowed(customers, delegation, MARI, terms(first=6, last=90, may_pass_on=True))
    assert due_in(customers, delegation) == 6

    days_pass(customers, 10)
    sweep(customers)
    child = given(customers, ANNA, KATI, OFFICE, terms(last=80), parent=delegation.id)
    assert due_in(customers, delegation) == due_in(customers, child) == 80 - 30

    narrowed(customers, delegation, MARI, terms(first=-4, last=20, may_pass_on=True))
    assert due_in(customers, delegation) == due_in(customers, child) == 20 - 7

    accepted(customers, renewed(customers, delegation, MARI, terms(last=200)), ANNA)
    assert due_in(customers, delegation) == 200 - 30
    assert due_in(customers, child) is None  # it may not be passed on any more

    revoked(customers, delegation, MARI)
    assert due_in(customers, delegation) is None


def test_deleg_10_what_was_not_told_yet_is_told_before_what_changes_it(
    customers: Database,
) -> None:
    new = [given(customers, MARI, ANNA, OFFICE, terms(first=2, last=50)) for _ in range(3)]
    days_pass(customers, 3)

    narrowed(customers, new[0], MARI, terms(first=-1, last=40))
    accepted(customers, renewed(customers, new[1], MARI, terms(last=60)), ANNA)
    revoked(customers, new[2], MARI)

    begun = ["grant:scheduled", "delegation:started", "grant:started"]
    assert [started(customers, each) for each in new] == [
        [*begun, "grant:ended", "delegation:changed", "grant:started"],
        [*begun, "grant:ended", "delegation:changed", "grant:started"],
        [*begun, "grant:ended", "delegation:ended"],
    ]
    assert sweep(customers) == 0


def test_deleg_10_what_is_over_is_neither_narrowed_nor_taken_back(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(last=50, may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, terms(last=5), parent=parent.id)
    days_pass(customers, 10)

    narrowed(customers, parent, MARI, terms(last=30, may_pass_on=True))
    revoked(customers, parent, MARI)

    over = ["grant:started", "delegation:ended", "grant:expired"]
    assert started(customers, child) == over
    assert state_of(customers, child) == ("ended", "delegation_expired")
    assert sweep(customers) == 0


def test_deleg_10_who_begins_anew_later_is_told_of_each_beginning(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=2, last=50))
    days_pass(customers, 2)
    sweep(customers)

    narrowed(customers, delegation, MARI, terms(first=3, last=48))
    days_pass(customers, 3)
    sweep(customers)

    assert [kind for kind, _ in about_dates(customers)] == [
        "delegation:started", "grant:started", "delegation:started", "grant:started"
    ]  # fmt: skip
    assert sweep(customers) == 0


def test_deleg_10_a_grant_that_something_ended_does_not_expire_too(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id], last=5))
    put_service(customers, service(1, OFFICE, status="ended"))
    days_pass(customers, 6)

    assert sweep(customers) == 1

    assert sorted(started(customers, delegation)) == [
        "delegation:ended", "grant:ended", "grant:expired", "grant:started", "grant:started"
    ]  # fmt: skip


def test_deleg_10_what_begins_while_its_receiver_is_frozen_gives_nothing(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id], first=1, last=50))
    freeze(customers, ANNA)
    days_pass(customers, 2)

    assert sweep(customers) == 1

    assert not pays_for_phone(customers)
    assert told(customers) == []
    with customers.reading() as connection:
        view = delegation_queries.one(connection, delegation.id)
    assert view is not None
    assert view.state is DelegationState.SUSPENDED


def test_deleg_14_a_giver_who_has_left_is_not_told(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE, terms(last=8))
    store_states(customers, state(sole(TIIU), minute=1))
    days_pass(customers, 1)
    sweep(customers)
    days_pass(customers, 8)
    sweep(customers)

    assert told(customers) == [(ANNA.code, "ends_soon", 7), (ANNA.code, "ended", None)]


def test_deleg_14_a_notice_names_the_account_and_the_last_day(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(last=40))
    days_pass(customers, 10)
    sweep(customers)

    found = rows(customers, "SELECT * FROM notice WHERE kind = 'delegation_ends_soon'")
    last_day = (today() + 30 * DAY).isoformat()
    assert [(notice.account_id, notice.subject_id, notice.facts) for notice in found] == [
        (OFFICE.id, delegation.id, {"days": 30, "through": last_day})
    ] * 2
    (event, _) = rows(
        customers,
        "SELECT actor FROM event WHERE kind = 'notice:created' AND after->>'kind' ~ 'ends_soon'",
    )
    assert event.actor == {"kind": "engine", "id": "dates"}


def test_deleg_10_what_is_over_reads_the_same_before_and_after_it_is_told(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(last=5))
    days_pass(customers, 10)

    with customers.reading() as connection:
        before = delegation_queries.one(connection, delegation.id)
    sweep(customers)
    with customers.reading() as connection:
        assert delegation_queries.one(connection, delegation.id) == before
    assert before is not None
    assert (before.state, before.ended_at) == (DelegationState.ENDED, before.ends_at)
    assert before.ended_reason is not None
    assert before.ended_reason.code == "delegation_expired"


def test_deleg_10_an_offer_that_lapsed_is_none_of_the_open_ones_though_no_worker_ran(
    customers: Database,
) -> None:
    delegation = offered(customers, MARI, ANNA, OFFICE, terms(last=90))
    days_pass(customers, 20)

    with customers.reading() as connection:
        open_, (view,) = (
            delegation_queries.of_account(
                connection,
                OFFICE.id,
                ended_too=ended_too,
                of_this_owner=True,
                proposals_too=True,
                after=None,
                limit=10,
            )
            for ended_too in (False, True)
        )
    assert open_ == []
    assert (view.id, view.state) == (delegation.id, DelegationState.LAPSED)
    assert view.ended_at is not None
    assert view.ended_reason is not None
    assert view.ended_reason.code == "delegation_lapsed"
