"""Grants that start while their account is moved or closed: nobody gets another's account."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.numbers.phone_numbers import PhoneNumber
from services.parties.people import ensure_person
from storage.access import grants
from storage.access.grants import Ending, GrantChange
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.database import Database, Session
from storage.numbers import codes
from storage.registry import register_states
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, company, sole, state
from tests.builders.rows import (
    BILLING,
    ENGINE,
    Held,
    account,
    company_id,
    give,
    held,
    put,
    put_service,
    rows,
    service,
    store_states,
    wait_until_blocked,
)
from tests.fixtures.patience import PATIENCE

OWN, OFFICE = account(MARI), account(KUUSK, 2)
NUMBER, OTHER = "+37255500001", "+37255500002"
PUU = company(3)


def prove(database: Database, number: str = NUMBER) -> None:
    """Let Mari prove this number."""
    mari = ensure_person(database, MARI)
    with database.transaction() as session:
        codes.verify_by_login(session, uuid4(), mari, PhoneNumber(number, "EE"), actor=ENGINE)


def move_office(session: Session, company: UUID) -> None:
    """Give the office another owner, and nothing else."""
    session.execute(
        text("UPDATE account SET company_id = :company WHERE id = :office"),
        {"company": company, "office": OFFICE.id},
    )


@pytest.mark.parametrize(
    ("becomes", "expected"),
    [
        pytest.param(
            account(JAAN),
            [Held(JAAN, OWN.id, "administrator", "own_account"), (MARI, "user")],
            id="another-persons",
        ),
        pytest.param(account(KUUSK), [(MARI, "user")], id="a-companys"),
        pytest.param(account(MARI, status="closed"), [], id="closed"),
    ],
)
def test_fault_7_a_number_proved_while_its_account_is_moved_or_closed(
    database: Database, becomes: AccountFacts, expected: list[object]
) -> None:
    put(database, OWN)
    put_service(database, service(1, OWN, phone=NUMBER))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            put_accounts(session, [becomes], actor=BILLING)
            proved = beside.submit(prove, database)
            wait_until_blocked(database)
        proved.result(PATIENCE)

    found = [h if h.why == "own_account" else (h.person, h.role) for h in held(database)]
    assert found == expected


def test_fault_7_two_numbers_of_the_own_account_proved_at_once_give_it_once(
    database: Database,
) -> None:
    put(database, OWN)
    put_service(database, service(1, OWN, phone=NUMBER), service(2, OWN, phone=OTHER))
    mari = ensure_person(database, MARI)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            codes.verify_by_login(session, uuid4(), mari, PhoneNumber(NUMBER, "EE"), actor=ENGINE)
            other = beside.submit(prove, database, OTHER)
            wait_until_blocked(database)
        other.result(PATIENCE)

    assert [h.why for h in held(database)] == ["own_account", "own_number_verified"]


def test_fault_7_an_alignment_starts_nothing_on_an_account_that_is_being_moved(
    database: Database,
) -> None:
    put(database, OFFICE, account(TAMM, 3))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            move_office(session, company_id(database, TAMM))
            aligned = beside.submit(store_states, database, state(sole(MARI)))
            wait_until_blocked(database)
        assert aligned.result(PATIENCE).started == []

    assert held(database) == []


def test_fault_7_an_account_that_moves_twice_at_once_waits_for_each_owner_first(
    database: Database,
) -> None:
    put(database, OFFICE, account(TAMM, 3), account(PUU, 4))
    store_states(database, state(sole(TIIU), of=TAMM), state(sole(JAAN), of=PUU))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as alignment:
            register_states.lock(alignment, [company_id(database, TAMM)])
            with database.transaction() as first:
                register_states.lock(first, [company_id(database, KUUSK)])
                move_office(first, company_id(database, TAMM))
                second = beside.submit(put, database, account(PUU, 2))
                wait_until_blocked(database)
            wait_until_blocked(database, by=alignment)
            alignment.execute(text("SELECT FROM account FOR SHARE"))
        second.result(PATIENCE)

    assert [h.person for h in held(database) if h.account == OFFICE.id] == [JAAN]


def test_fault_8_a_grant_that_two_end_at_once_ends_at_the_first_ones_time(
    database: Database,
) -> None:
    put(database, OFFICE)
    grant_id = give(database, MARI, OFFICE)
    first, second = ({"code": code, "text": code} for code in ("first", "second"))

    def end_again() -> Sequence[GrantChange]:
        with database.transaction() as session:
            return grants.end(session, [Ending(grant_id, second)], actor=BILLING)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            session.execute(text("SELECT FROM access_grant FOR UPDATE"))
            other = beside.submit(end_again)  # its statement begins before the first end's
            wait_until_blocked(database)
            grants.end(session, [Ending(grant_id, first)], actor=BILLING)
        assert other.result(PATIENCE) == []

    (grant,) = rows(database, "SELECT validity, ended_reason FROM access_grant")
    (event,) = rows(database, "SELECT at, reason FROM event WHERE kind = 'grant:ended'")
    assert (grant.validity.upper, grant.ended_reason) == (event.at, event.reason)
    assert event.reason == first
