"""Grants as rows: no duplicates, no ends in the past, and what was true stays true."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from domain.access.grants import Origin
from storage.access import grant_queries, grants
from storage.access.grants import Ending, Starting
from storage.database import Database
from storage.parties import upsert
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import (
    BILLING,
    account,
    carry_out,
    give,
    grant_ids,
    history,
    put,
    put_service,
    rows,
    service,
    store_states,
)

OFFICE, SHOP = account(KUUSK), account(KUUSK, 2)
PHONE, ROUTER = service(1, OFFICE), service(2, OFFICE, kind="router")
WHY = {"code": "over", "text": "It is over"}

_INSERT = """
INSERT INTO access_grant
    (id, person_id, account_id, service_id, role, validity, origin, reason, delegation_id,
     permissions)
SELECT gen_random_uuid(), p.id, :account, :service, :role, CAST(:validity AS tstzrange), :origin,
       '{"code": "x", "text": "x"}', CAST(:delegation AS uuid), CAST(:permissions AS text[])
FROM person p WHERE p.code = :code
"""
_OF_THE_OFFICE = "SELECT validity FROM access_grant WHERE account_id = :account ORDER BY 1"
THIS = {
    "account": OFFICE.id,
    "service": None,
    "role": "user",
    "validity": "[2026-01-01, 2026-02-01)",
    "origin": "operator",
    "code": MARI.code,
    "delegation": None,
    "permissions": None,
}
DELEGATED = {"origin": "delegation", "delegation": UUID(int=1), "permissions": ["usage:view"]}


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE, SHOP)
    put_service(database, PHONE, ROUTER)
    with database.transaction() as session:
        upsert.person_ids(session, [MARI, JAAN])
    return database


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({}, id="the-same-time"),
        pytest.param({"validity": "[2026-01-31, 2026-03-01)"}, id="a-day-of-overlap"),
        pytest.param({"validity": "[2026-01-10, 2026-01-11)"}, id="within"),
        pytest.param({"validity": "(,)"}, id="for-ever"),
    ],
)
def test_the_database_refuses_a_duplicate_that_overlaps(
    customers: Database, other: dict[str, object]
) -> None:
    carry_out(customers, _INSERT, **THIS)

    with pytest.raises(IntegrityError, match="ex_access_grant_no_duplicates"):
        carry_out(customers, _INSERT, **(THIS | other))


@pytest.mark.parametrize(
    "scope",
    [pytest.param(None, id="of-an-account"), pytest.param(PHONE.id, id="of-a-service")],
)
def test_a_duplicate_is_one_on_the_same_scope(customers: Database, scope: UUID | None) -> None:
    carry_out(customers, _INSERT, **(THIS | {"service": scope}))

    with pytest.raises(IntegrityError, match="ex_access_grant_no_duplicates"):
        carry_out(customers, _INSERT, **(THIS | {"service": scope}))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"validity": "[2026-02-01,)"}, id="starts-when-the-first-ends"),
        pytest.param({"code": JAAN.code}, id="another-person"),
        pytest.param({"account": SHOP.id}, id="another-account"),
        pytest.param({"service": PHONE.id}, id="a-service-of-the-account"),
        pytest.param({"role": "accountant"}, id="another-role"),
        pytest.param(DELEGATED, id="from-somebody-else"),
    ],
)
def test_grants_that_are_no_duplicates_coexist(
    customers: Database, other: dict[str, object]
) -> None:
    carry_out(customers, _INSERT, **THIS)

    carry_out(customers, _INSERT, **(THIS | other))

    assert len(grant_ids(customers)) == 2


def test_grants_on_two_services_stand_side_by_side(customers: Database) -> None:
    give(customers, MARI, OFFICE, on=PHONE)
    give(customers, MARI, OFFICE, on=ROUTER)

    assert len(grant_ids(customers)) == 2


def test_a_grant_of_no_known_origin_is_refused(customers: Database) -> None:
    with pytest.raises(IntegrityError, match="ck_access_grant_origin"):
        carry_out(customers, _INSERT, **(THIS | {"origin": "somewhere"}))


def test_starting_a_grant_in_force_refuses_the_whole_call(customers: Database) -> None:
    give(customers, MARI, OFFICE)
    before = history(customers)

    with customers.transaction() as session:
        ids = upsert.person_ids(session, [MARI, JAAN])
    both = [Starting(id_, OFFICE.id, "user", Origin.OPERATOR, WHY) for id_ in ids.values()]

    with pytest.raises(IntegrityError), customers.transaction() as session:
        grants.start(session, both, actor=BILLING)

    assert len(grant_ids(customers)) == 1
    assert history(customers) == before


def test_ending_twice_ends_once(customers: Database) -> None:
    grant_id = give(customers, MARI, OFFICE)

    with customers.transaction() as session:
        first = grants.end(session, [Ending(grant_id, WHY)], actor=BILLING)
    with customers.transaction() as session:
        second = grants.end(session, [Ending(grant_id, WHY)], actor=BILLING)

    assert ([c.grant_id for c in first], list(second)) == ([grant_id], [])
    assert history(customers).count("grant:ended") == 1


def test_a_grant_that_starts_and_ends_in_one_transaction_was_still_held_for_a_moment(
    customers: Database,
) -> None:
    with customers.transaction() as session:
        (person_id,) = upsert.person_ids(session, [MARI]).values()
        start = Starting(person_id, OFFICE.id, "user", Origin.OPERATOR, WHY)
        (started,) = grants.start(session, [start], actor=BILLING)
        grants.end(session, [Ending(started.grant_id, WHY)], actor=BILLING)
        grants.start(session, [start], actor=BILLING)

    ranges = [r.validity for r in rows(customers, "SELECT validity FROM access_grant ORDER BY 1")]
    assert ranges[0].lower < ranges[0].upper <= ranges[1].lower
    assert ranges[1].upper is None


def test_a_clock_that_was_set_back_still_ends_a_grant_after_it_started(
    customers: Database,
) -> None:
    grant_id = give(customers, MARI, OFFICE)
    carry_out(
        customers,
        "UPDATE access_grant SET validity = tstzrange(now() + interval '1 hour', NULL),"
        " created_at = now() + interval '1 hour'",
    )

    with customers.transaction() as session:
        grants.end(session, [Ending(grant_id, WHY)], actor=BILLING)

    (row,) = rows(customers, "SELECT validity FROM access_grant")
    assert row.validity.upper - row.validity.lower == timedelta(microseconds=1)


def test_the_past_is_answered_as_it_was(customers: Database) -> None:
    store_states(customers, state(sole(MARI)))
    store_states(customers, state(minute=1))
    store_states(customers, state(sole(MARI), minute=2))

    first, second = rows(customers, _OF_THE_OFFICE, account=OFFICE.id)
    start, end, again = first.validity.lower, first.validity.upper, second.validity.lower
    instant = timedelta(microseconds=1)
    assert roles(customers, start - instant) == []
    assert roles(customers, start) == ["administrator"]
    assert roles(customers, end - instant) == ["administrator"]
    assert roles(customers, end) == []
    assert roles(customers, again) == ["administrator"]
    assert roles(customers) == ["administrator"]


def test_held_grants_have_reason_start_and_freshness(customers: Database) -> None:
    stated = state(sole(MARI), minute=3)
    store_states(customers, stated)
    give(customers, MARI, OFFICE, on=PHONE)

    with customers.reading() as connection:
        (mari,) = connection.exec_driver_sql(
            "SELECT id FROM person WHERE code = %s", (MARI.code,)
        ).scalars()
        registered, given = grant_queries.held(connection, mari, OFFICE.id)

    assert (registered.origin, registered.reason.code) == ("register", "sole_representation")
    assert (registered.as_of, registered.until, registered.service_id) == (stated.as_of, None, None)
    assert (given.origin, given.as_of, given.service_id) == ("operator", None, PHONE.id)
    assert registered.since < given.since


def roles(database: Database, at: datetime | None = None) -> list[str]:
    """Return Mari's roles on the office's account, now or then."""
    with database.reading() as connection:
        (mari,) = connection.exec_driver_sql(
            "SELECT id FROM person WHERE code = %s", (MARI.code,)
        ).scalars()
        return [grant.role for grant in grant_queries.held(connection, mari, OFFICE.id, at=at)]
