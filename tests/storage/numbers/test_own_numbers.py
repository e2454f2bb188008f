"""bill.5: whose number is whose, and since when, for call details in full."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.numbers.own_numbers import own_since
from tests.builders.people import JAAN, MARI
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, carry_out, give, put, put_service, rows, service

ZONE = ZoneInfo("Europe/Tallinn")
NUMBER, OTHER = "+37255500001", "+37255500002"
OFFICE, OWN = account(KUUSK), account(MARI, 3)
PHONE, SECOND = service(1, OFFICE, phone=NUMBER), service(3, OFFICE, phone=OTHER)
OWN_PHONE, CHILDS = service(2, OWN, phone=NUMBER), service(4, OWN, phone=OTHER)
ALWAYS = datetime.min.replace(tzinfo=UTC)


def own(database: Database, person: PersonKey, on: AccountFacts) -> dict[str, datetime]:
    """Return what is the person's own on an account, by number."""
    (found,) = rows(database, "SELECT id FROM person WHERE code = :code", code=person.code)
    with database.reading() as connection:
        since = own_since(connection, found.id, on.id, ZONE)
    numbers = rows(database, "SELECT id, own_number FROM service")
    return {each.own_number: since[each.id] for each in numbers if each.id in since}


def proved_on(database: Database, person: PersonKey, number: str, day: str) -> None:
    """Prove a number, as if it had been on that day."""
    proof = prove(database, person, number)
    moment = datetime.fromisoformat(f"{day}T10:00:00+02:00")
    carry_out(
        database,
        "UPDATE verification SET created_at = :at, ended_at = :at WHERE id = :id",
        id=proof,
        at=moment,
    )
    carry_out(
        database,
        "UPDATE access_grant SET validity = tstzrange(:at, upper(validity)) WHERE proof = :id",
        id=proof,
        at=moment,
    )


def midnight(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+02:00")


@pytest.fixture
def office(database: Database) -> Database:
    put(database, OFFICE)
    put_service(database, PHONE, SECOND)
    return database


@pytest.fixture
def home(database: Database) -> Database:
    put(database, OWN)
    put_service(database, OWN_PHONE, CHILDS)
    return database


def test_a_number_is_ones_own_from_the_day_of_its_proof(office: Database) -> None:
    proved_on(office, JAAN, NUMBER, "2026-02-03")

    assert own(office, JAAN, OFFICE) == {NUMBER: midnight("2026-02-03")}


def test_access_of_another_origin_makes_no_number_ones_own(office: Database) -> None:
    give(office, JAAN, OFFICE, "administrator")
    give(office, JAAN, OFFICE, "user", on=PHONE)

    assert own(office, JAAN, OFFICE) == {}


def test_who_had_the_number_before_has_it_no_more(office: Database) -> None:
    proved_on(office, JAAN, NUMBER, "2026-02-03")
    proved_on(office, MARI, NUMBER, "2026-03-04")

    assert own(office, JAAN, OFFICE) == {}
    assert own(office, MARI, OFFICE) == {NUMBER: midnight("2026-03-04")}


def test_who_gets_it_back_has_it_from_then_on_only(office: Database) -> None:
    proved_on(office, JAAN, NUMBER, "2026-02-03")
    proved_on(office, MARI, NUMBER, "2026-03-04")
    proved_on(office, JAAN, NUMBER, "2026-03-20")
    proved_on(office, JAAN, NUMBER, "2026-03-25")

    assert own(office, JAAN, OFFICE) == {NUMBER: midnight("2026-03-20")}
    assert own(office, MARI, OFFICE) == {}


def test_who_borrowed_the_phone_of_a_named_user_does_not_have_its_number(
    office: Database,
) -> None:
    proved_on(office, JAAN, NUMBER, "2026-02-03")
    proved_on(office, MARI, NUMBER, "2026-03-04")
    carry_out(
        office,
        "UPDATE service SET user_id = (SELECT id FROM person WHERE code = :code) WHERE id = :id",
        code=JAAN.code,
        id=PHONE.id,
    )

    assert own(office, MARI, OFFICE) == {}


def test_the_owner_of_a_private_account_has_all_of_a_proved_number(home: Database) -> None:
    proved_on(home, MARI, NUMBER, "2026-02-03")

    assert own(home, MARI, OWN) == {NUMBER: ALWAYS}


def test_a_childs_number_is_the_childs_once_it_proves_it(home: Database) -> None:
    proved_on(home, MARI, NUMBER, "2026-02-03")
    proved_on(home, MARI, OTHER, "2026-02-03")
    proved_on(home, JAAN, OTHER, "2026-02-05")

    assert own(home, MARI, OWN) == {NUMBER: ALWAYS}
    assert own(home, JAAN, OWN) == {OTHER: midnight("2026-02-05")}


def test_what_was_before_the_account_became_ones_own_is_not(home: Database) -> None:
    put(home, replace(OWN, owner=TAMM))
    put(home, OWN)
    proved_on(home, MARI, NUMBER, "2026-02-03")

    assert own(home, MARI, OWN)[NUMBER] > midnight("2026-03-01")


def test_a_number_that_left_is_nobodys(office: Database) -> None:
    proved_on(office, JAAN, NUMBER, "2026-02-03")
    moved: ServiceFacts = replace(PHONE, number="+37255500009")
    put_service(office, moved)

    assert own(office, JAAN, OFFICE) == {}
