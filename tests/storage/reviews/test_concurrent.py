"""deleg.16: proving a number and being barred at the same time: no order leaves access behind."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from domain.numbers.phone_numbers import PhoneNumber
from domain.reviews.decisions import Decided, ReviewDecision
from services.parties.people import ensure_person
from services.reviews.authority import require_reviewer
from storage.database import Database, Session
from storage.numbers import codes
from storage.reviews import deciding
from storage.reviews.deciding import Reviewer
from tests.builders.delegations import RULES, actor
from tests.builders.people import JAAN, MARI
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import (
    ENGINE,
    account,
    held,
    put,
    put_service,
    rows,
    service,
    store_states,
    wait_until_blocked,
)
from tests.fixtures.patience import PATIENCE

NUMBER, OTHER = "+37255500001", "+37255500002"
OFFICE = account(KUUSK)


@pytest.fixture
def grant(database: Database) -> UUID:
    """What Jaan's number gives him."""
    put(database, OFFICE)
    put_service(database, service(1, OFFICE, phone=NUMBER), service(2, OFFICE, phone=OTHER))
    store_states(database, state(sole(MARI)))
    prove(database, JAAN, NUMBER)
    (row,) = rows(database, "SELECT id FROM access_grant WHERE origin = 'number_verification'")
    id_: UUID = row.id
    return id_


def end(database: Database, session: Session, grant: UUID) -> None:
    mari = ensure_person(database, MARI)
    require_reviewer(session, OFFICE.id, mari)
    by = Reviewer(OFFICE.id, mari, actor(database, MARI), RULES)
    deciding.decide(session, by, [Decided(ReviewDecision.END, grant)])


def prove_other(session: Session, jaan: UUID) -> None:
    number = PhoneNumber(OTHER, "EE")
    codes.verify_by_login(session, uuid4(), jaan, number, actor=ENGINE)


def test_deleg_16_a_number_proved_while_its_person_is_barred_gives_nothing(
    database: Database, grant: UUID
) -> None:
    jaan = ensure_person(database, JAAN)

    def beside() -> None:
        with database.transaction() as session:
            prove_other(session, jaan)

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            end(database, session, grant)
            other = threads.submit(beside)
            wait_until_blocked(database)
        other.result(PATIENCE)

    assert [each.person for each in held(database)] == [MARI]


def test_deleg_16_a_number_proved_just_before_its_person_is_barred_gives_nothing(
    database: Database, grant: UUID
) -> None:
    jaan = ensure_person(database, JAAN)

    def beside() -> None:
        with database.transaction() as session:
            end(database, session, grant)

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            prove_other(session, jaan)
            other = threads.submit(beside)
            wait_until_blocked(database)
        other.result(PATIENCE)

    assert [each.person for each in held(database)] == [MARI]


def test_deleg_16_two_who_bar_the_same_person_begin_one_bar(
    database: Database, grant: UUID
) -> None:
    def beside() -> None:
        with database.transaction() as session:
            end(database, session, second)

    prove(database, JAAN, OTHER)
    (second,) = [
        row.id
        for row in rows(
            database,
            "SELECT id FROM access_grant WHERE origin = 'number_verification' AND id <> :id",
            id=grant,
        )
    ]
    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            end(database, session, grant)
            other = threads.submit(beside)
            wait_until_blocked(database)
        assert "unknown" in str(other.exception(60))

    assert len(rows(database, "SELECT FROM access_bar")) == 1
    assert [each.person for each in held(database)] == [MARI]
