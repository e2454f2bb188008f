"""deleg.12: grants that begin later, end by themselves, and name their delegation."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission
from domain.accounts import AccountStatus, ServiceStatus
from storage.access import grant_queries, grants
from storage.access.grants import Ending, Starting
from storage.database import Database
from storage.parties import upsert
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import (
    BILLING,
    account,
    carry_out,
    history,
    put,
    put_service,
    rows,
    service,
    starting,
)

OFFICE = account(KUUSK)
PHONE = service(1, OFFICE)
WHY = {"code": "over", "text": "It is over"}
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SHOWN = [Permission.INVOICE_VIEW]


@pytest.fixture
def mari(database: Database) -> UUID:
    put(database, OFFICE)
    put_service(database, PHONE)
    with database.transaction() as session:
        return upsert.person_ids(session, [MARI])[MARI]


def start(database: Database, *startings: Starting) -> list[UUID]:
    with database.transaction() as session:
        return [c.grant_id for c in grants.start(session, startings, actor=BILLING)]


def end(database: Database, grant_id: UUID) -> int:
    with database.transaction() as session:
        return len(grants.end(session, [Ending(grant_id, WHY)], actor=BILLING))


def held(database: Database, person_id: UUID, at: datetime | None = None) -> list[Grant]:
    with database.reading() as connection:
        return grant_queries.held(connection, person_id, OFFICE.id, at)


def delegated(person_id: UUID, delegation_id: UUID) -> Starting:
    return Starting(
        person_id,
        OFFICE.id,
        "composed",
        Origin.DELEGATION,
        WHY,
        permissions=SHOWN,
        delegation_id=delegation_id,
    )


def test_deleg_12_a_grant_that_begins_later_gives_nothing_before(
    database: Database, mari: UUID
) -> None:
    start(database, starting(mari, OFFICE, since=NOW + DAY, until=NOW + 2 * DAY))

    assert held(database, mari) == []
    assert held(database, mari, NOW + DAY - timedelta(microseconds=1)) == []
    assert len(held(database, mari, NOW + DAY)) == 1
    assert held(database, mari, NOW + 2 * DAY) == []
    (event,) = rows(database, "SELECT kind, after FROM event WHERE kind LIKE 'grant:%'")
    assert event.kind == "grant:scheduled"
    assert datetime.fromisoformat(event.after["since"]) == NOW + DAY
    assert datetime.fromisoformat(event.after["until"]) == NOW + 2 * DAY


def test_deleg_12_the_past_is_never_written(database: Database, mari: UUID) -> None:
    start(database, starting(mari, OFFICE, since=NOW - DAY, until=NOW + DAY))

    (grant,) = held(database, mari)
    assert grant.since > NOW - timedelta(minutes=10)
    assert grant.until == NOW + DAY
    assert "grant:started" in history(database)


def test_deleg_12_a_grant_whose_end_has_passed_is_not_written(
    database: Database, mari: UUID
) -> None:
    assert start(database, starting(mari, OFFICE, since=NOW - 2 * DAY, until=NOW - DAY)) == []
    assert rows(database, "SELECT FROM access_grant") == []


def by_grant(database: Database, grant_id: UUID) -> None:
    end(database, grant_id)


def by_account(database: Database, grant_id: UUID) -> None:
    put(database, account(KUUSK, status=AccountStatus.CLOSED))


def by_service(database: Database, grant_id: UUID) -> None:
    put_service(database, service(1, OFFICE, status=ServiceStatus.ENDED))


@pytest.mark.parametrize("ends", [by_grant, by_account, by_service])
def test_deleg_12_ended_before_it_begins_leaves_no_trace_of_access(
    database: Database, mari: UUID, ends: Callable[[Database, UUID], None]
) -> None:
    (grant_id,) = start(database, starting(mari, OFFICE, on=PHONE, since=NOW + DAY))

    ends(database, grant_id)

    (row,) = rows(database, "SELECT isempty(validity) AS empty, ended_reason FROM access_grant")
    assert row.empty
    assert row.ended_reason is not None
    assert history(database).count("grant:ended") == 1
    assert end(database, grant_id) == 0
    assert held(database, mari, NOW + 2 * DAY) == []
    with database.reading() as connection:
        assert grant_queries.ended(connection, mari, OFFICE.id, limit=5) == []
    # Nothing is in the way of giving it again.
    assert len(start(database, starting(mari, OFFICE, on=PHONE, since=NOW + DAY))) == 1


def test_deleg_12_an_ended_grant_with_a_date_ends_now(database: Database, mari: UUID) -> None:
    (grant_id,) = start(database, starting(mari, OFFICE, until=NOW + DAY))

    assert end(database, grant_id) == 1

    assert held(database, mari) == []
    (row,) = rows(database, "SELECT validity, now() FROM access_grant")
    assert row.validity.lower < row.validity.upper <= row.now


def test_deleg_12_two_people_give_the_same_side_by_side(database: Database, mari: UUID) -> None:
    first, second = uuid4(), uuid4()
    one, other = start(database, delegated(mari, first), delegated(mari, second))

    assert end(database, one) == 1

    (left,) = held(database, mari)
    assert left.id == other
    assert left.permissions == {*SHOWN}


def test_deleg_12_one_delegation_gives_the_same_once(database: Database, mari: UUID) -> None:
    delegation = uuid4()
    start(database, delegated(mari, delegation))

    with pytest.raises(IntegrityError, match="ex_access_grant_no_duplicates"):
        start(database, delegated(mari, delegation))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param("delegation_id = NULL", "names_its_delegation", id="no-delegation"),
        pytest.param("origin = 'operator'", "names_its_delegation", id="another-origin"),
        pytest.param("permissions = NULL", "delegated_permissions", id="no-permissions"),
    ],
)
def test_deleg_12_a_delegated_grant_names_its_delegation_and_permissions(
    database: Database, mari: UUID, change: str, constraint: str
) -> None:
    start(database, delegated(mari, uuid4()))

    with pytest.raises(IntegrityError, match=constraint):
        carry_out(database, f"UPDATE access_grant SET {change}")
