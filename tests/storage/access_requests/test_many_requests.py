"""deleg.15: many requests on one account neither slow its list down nor flood who could give."""

from uuid import UUID

from sqlalchemy import text

from domain.access_requests.request_rules import MOST_TOLD_A_DAY
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.access_requests import request_queries, sweep
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.access_requests import asked, swept
from tests.builders.delegations import OFFICE, OWN
from tests.builders.people import ANNA, MARI, PEETER, person
from tests.builders.register_states import KUUSK
from tests.builders.rows import as_its_owner, rows


def _listed_in_pages(database: Database, on: AccountFacts, who: PersonKey, limit: int = 9) -> int:
    """How many different requests this person finds by following the pages, in order."""
    who_id, found = ensure_person(database, who), list[UUID]()
    while True:
        after = found[-1] if found else None
        with database.reading() as connection:
            views = request_queries.of_account(connection, on.id, who_id, after=after, limit=limit)
        found += [view.id for view in views]
        if len(views) < limit:
            assert found == sorted(set(found))
            return len(found)


def _notices_of(database: Database) -> dict[str, int]:
    """How many notices of requests each person got, by code."""
    found = rows(
        database,
        "SELECT p.code, count(*) AS number FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind = 'access_requested' GROUP BY p.code",
    )
    return {row.code: row.number for row in found}


def test_deleg_15_many_applicants_together_do_not_flood_who_could_give(
    customers: Database,
) -> None:
    for number in range(MOST_TOLD_A_DAY + 2):
        asked(customers, person(number), KUUSK)
        if number == 3:
            swept(customers)
    asked(customers, ANNA, OWN.reference)
    swept(customers)
    swept(customers)
    first_day = _notices_of(customers)
    count_of_list = _listed_in_pages(customers, OFFICE, MARI)

    as_its_owner(customers, "UPDATE notice SET created_at = created_at - interval '1 day'")
    asked(customers, ANNA, KUUSK)
    swept(customers)

    assert first_day == {MARI.code: MOST_TOLD_A_DAY, PEETER.code: 1}
    assert count_of_list == MOST_TOLD_A_DAY + 2
    assert _notices_of(customers) == {MARI.code: MOST_TOLD_A_DAY + 1, PEETER.code: 1}
    assert rows(customers, "SELECT FROM access_request WHERE told_at IS NULL") == []


def test_deleg_15_pages_follow_each_other_through_both_kinds_of_request(
    customers: Database,
) -> None:
    for number in range(6):
        asked(customers, person(number), OFFICE.reference if number % 2 else KUUSK)

    assert _listed_in_pages(customers, OFFICE, MARI, limit=2) == 6


def test_deleg_15_the_list_and_the_sweep_find_requests_by_an_index(customers: Database) -> None:
    mari = ensure_person(customers, MARI)
    page = {"account": OFFICE.id, "giver": mari, "after": None, "limit": 9}
    for statement, values in ((request_queries.OF_ACCOUNT, page), (sweep.LATE, {"most": 9})):
        with customers.trial() as session:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(
                session.execute(text(f"EXPLAIN {statement.text}"), values).scalars().all()
            )
        assert "Seq Scan on access_request" not in plan, plan
        assert "ix_access_request" in plan, plan
