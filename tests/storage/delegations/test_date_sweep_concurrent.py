"""Sweeps at once, sweeps that are killed, and people who act meanwhile: each thing is told once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.delegations.states import DelegationEnd
from services import sweeps
from services.sweeps import SweepRules
from storage.database import Database, Session
from storage.delegations import date_sweep, ends, narrowing
from tests.builders.days import ZONE
from tests.builders.delegation_dates import days_pass, sweep
from tests.builders.delegations import (
    OFFICE,
    RULES,
    Given,
    actor,
    given,
    narrowed,
    state_of,
    terms,
)
from tests.builders.people import ANNA, MARI, person
from tests.builders.rows import rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE

NUMBER = 12


@pytest.fixture
def due(customers: Database) -> list[Given]:
    """Delegations of each of which something is due: they began, end soon, or are over."""
    each = [(1, 60), (0, 2), (0, 9)]
    new = [
        given(customers, MARI, person(10 + n), OFFICE, terms(first=first, last=last))
        for n in range(NUMBER // 3)
        for first, last in each
    ]
    days_pass(customers, 3)
    return new


def everything(database: Database) -> dict[str, int]:
    """How many things of each kind were told, and that none was told twice."""
    events = "SELECT kind, subject_id FROM event WHERE after ? 'happened_at'"
    notices = "SELECT kind, id AS subject_id FROM notice WHERE kind ~ 'delegation_end'"
    found = [(row.kind, row.subject_id) for row in rows(database, f"{events} UNION ALL {notices}")]
    assert len(set(found)) == len(found)
    kinds = [kind for kind, _ in found]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


ALL = {
    "delegation:ended": 4,
    "delegation:started": 4,
    "delegation_ended": 8,
    "delegation_ends_soon": 8,
    "grant:expired": 4,
    "grant:started": 4,
}


def test_deleg_10_two_sweeps_at_once_tell_each_thing_once(
    customers: Database, due: list[Given]
) -> None:
    def sweep_on() -> int:
        done = 0
        while number := sweep(customers, limit=2):
            done += number
        return done

    with ThreadPoolExecutor(4) as threads:
        done = sum(threads.map(lambda _: sweep_on(), range(4)))

    while number := sweep(customers):  # of which another was in the middle
        done += number
    assert done == len(due)
    assert everything(customers) == ALL


def test_deleg_10_a_sweep_does_not_wait_for_another(customers: Database, due: list[Given]) -> None:
    with customers.transaction() as session:
        assert date_sweep.sweep(session, ZONE, limit=5) == 5
        assert sweep(customers, limit=NUMBER) == NUMBER - 5

    assert sweep(customers) == 0
    assert everything(customers) == ALL


class Killed(Exception):
    """In place of a process that is killed: nothing of its transaction remains."""


def test_deleg_10_a_sweep_killed_before_its_commit_has_told_nothing(
    customers: Database, due: list[Given]
) -> None:
    with suppress(Killed), customers.transaction() as session:
        assert date_sweep.sweep(session, ZONE) == NUMBER
        raise Killed
    assert everything(customers) == {}

    assert (sweep(customers), sweep(customers)) == (NUMBER, 0)
    assert everything(customers) == ALL


def test_deleg_10_a_sweep_killed_between_batches_goes_on_where_it_was(
    customers: Database, due: list[Given]
) -> None:
    assert sweep(customers, limit=5) == 5
    with customers.reading() as connection:
        assert date_sweep.age(connection) > 0

    sweeps.run(customers, SweepRules(ZONE))

    assert everything(customers) == ALL
    with customers.reading() as connection:
        assert date_sweep.age(connection) == 0


def end(delegation: Given, database: Database) -> None:
    by = actor(database, MARI)
    with database.transaction() as session:
        ends.end(session, [delegation.id], DelegationEnd.REVOKED, actor=by)


def told_of(database: Database, delegation: Given) -> list[str]:
    found = rows(
        database,
        "SELECT kind FROM event WHERE kind ~ '^(delegation|grant):(started|changed|ended|expired)'"
        " AND (subject_id = :id OR subject_id IN (SELECT id FROM access_grant"
        "      WHERE delegation_id = :id)) ORDER BY id",
        id=delegation.id,
    )
    return [row.kind for row in found]


def test_deleg_13_who_ends_one_that_is_swept_finds_it_begun(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=1, last=60))
    days_pass(customers, 2)

    with ThreadPoolExecutor() as threads:
        with customers.transaction() as session:
            assert date_sweep.sweep(session, ZONE) == 1
            ending = threads.submit(end, delegation, customers)
            wait_until_blocked(customers)
        ending.result(PATIENCE)

    assert told_of(customers, delegation) == [
        "delegation:started", "grant:started", "grant:ended", "delegation:ended"
    ]  # fmt: skip
    assert state_of(customers, delegation) == ("ended", "delegation_revoked")


def test_deleg_13_a_sweep_waits_for_who_ends_one_and_tells_it_no_more(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=1, last=60))
    days_pass(customers, 2)
    by = actor(customers, MARI)

    def end_it(session: Session, id_: UUID) -> None:
        ends.end(session, [id_], DelegationEnd.REVOKED, actor=by)

    with ThreadPoolExecutor() as threads:
        with customers.transaction() as session:
            end_it(session, delegation.id)
            sweeping = threads.submit(sweep, customers)
            wait_until_blocked(customers)
        assert sweeping.result(PATIENCE) == 0

    assert told_of(customers, delegation) == [
        "delegation:started", "grant:started", "grant:ended", "delegation:ended"
    ]  # fmt: skip


def test_deleg_13_a_sweep_waits_for_who_narrows_one(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=1, last=60))
    days_pass(customers, 2)

    with ThreadPoolExecutor() as threads:
        with customers.transaction() as session:
            assert date_sweep.sweep(session, ZONE) == 1
            narrowing = threads.submit(
                narrowed, customers, delegation, MARI, terms(first=-1, last=20)
            )
            wait_until_blocked(customers)
        narrowing.result(PATIENCE)

    assert told_of(customers, delegation) == [
        "delegation:started", "grant:started", "grant:ended", "delegation:changed", "grant:started"
    ]  # fmt: skip
    assert sweep(customers) == 0


_BEGINS = """
WITH moment AS (SELECT clock_timestamp() AS at), begun AS (
    UPDATE delegation SET starts_at = m.at FROM moment m WHERE id = :id
)
UPDATE access_grant SET validity = tstzrange(m.at, upper(validity)) FROM moment m
WHERE delegation_id = :id
"""


@pytest.mark.parametrize("change", ["revoke", "narrow"])
def test_deleg_10_what_begins_while_a_change_waits_is_told_before_it(
    customers: Database, change: str
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE, terms(first=1, last=9))
    by = actor(customers, MARI)

    def beside() -> None:
        with customers.transaction() as session:
            if change == "revoke":
                ends.end(session, [delegation.id], DelegationEnd.REVOKED, actor=by)
            else:
                narrower = terms(first=1, last=5)
                narrowing.narrow(session, delegation.id, narrower, RULES, actor=by)

    with ThreadPoolExecutor() as pool:
        with customers.transaction() as session:
            session.execute(text(_BEGINS), {"id": delegation.id})
            other = pool.submit(beside)
            wait_until_blocked(customers, session)
        other.result(PATIENCE)

    told = rows(
        customers,
        "SELECT kind FROM event WHERE kind ~ '^delegation:(start|end|change)' ORDER BY id",
    )
    last = "delegation:ended" if change == "revoke" else "delegation:changed"
    assert [event.kind for event in told] == ["delegation:started", last]
