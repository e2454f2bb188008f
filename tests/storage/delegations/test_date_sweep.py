"""What dates bring about is found by a sweep: told once, with its true moment, however late."""

from typing import Any

from storage.access import grant_queries
from storage.database import Database
from tests.builders.delegation_dates import beginning_of, days_pass, sweep
from tests.builders.delegations import (
    OFFICE,
    PHONE,
    ROUTER,
    given,
    state_of,
    terms,
)
from tests.builders.people import ANNA, MARI
from tests.builders.rows import rows


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
        " JOIN person p ON p.id = n.person_id WHERE n.kind ~ 'ends_soon|ended'"
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
