"""A proved number gives access as long as the number stays where it was."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.accounts import ServiceKind, ServiceStatus
from domain.identifiers import PersonKey
from domain.numbers.phone_numbers import PhoneNumber
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.numbers import codes
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import (
    ENGINE,
    Held,
    account,
    ended,
    give,
    held,
    history,
    put,
    put_service,
    rows,
    service,
)

NUMBER, OTHER = "+37255500001", "+37255500002"
OFFICE, SHOP, OWN = account(KUUSK), account(TAMM, 2), account(MARI, 3)
PHONE = service(1, OFFICE, phone=NUMBER)
OWN_PHONE = service(2, OWN, phone=NUMBER)


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE, SHOP, OWN)
    return database


def given(database: Database, *accounts: AccountFacts) -> list[Held]:
    """Return grants from proved numbers, without those of an account's owner."""
    of = {account.id for account in accounts or (OFFICE, SHOP, OWN)}
    return [h for h in held(database) if h.account in of and h.why.endswith("number_verified")]


def lost(database: Database) -> list[tuple[PersonKey, str, str]]:
    return [(h.person, h.role, h.why) for h in ended(database)]


def test_a_number_gives_its_service_with_the_verification_as_the_proof(
    customers: Database,
) -> None:
    put_service(customers, PHONE)

    proof = prove(customers, JAAN, NUMBER)

    (grant,) = rows(customers, "SELECT * FROM access_grant WHERE origin = 'number_verification'")
    assert (grant.service_id, grant.role, grant.proof) == (PHONE.id, "user", proof)
    assert given(customers) == [Held(JAAN, OFFICE.id, "user", "number_verified")]


def test_a_number_of_the_own_account_gives_its_administration(customers: Database) -> None:
    put_service(customers, OWN_PHONE)

    prove(customers, MARI, NUMBER)
    prove(customers, JAAN, NUMBER)

    assert given(customers) == sorted(
        [
            Held(MARI, OWN.id, "administrator", "own_number_verified"),
            Held(JAAN, OWN.id, "user", "number_verified"),
        ]
    )


@pytest.mark.parametrize(
    "update",
    [
        pytest.param([], id="of-another-operator"),
        pytest.param(
            [replace(PHONE, status=ServiceStatus.ENDED)], id="of-a-service-that-has-ended"
        ),
        pytest.param([replace(PHONE, kind=ServiceKind.MOBIIL_ID)], id="of-a-mobiil-id-alone"),
    ],
)
def test_a_number_of_no_service_gives_nothing(
    customers: Database, update: list[ServiceFacts]
) -> None:
    put_service(customers, *update)

    prove(customers, JAAN, NUMBER)

    assert given(customers) == []
    assert len(rows(customers, "SELECT FROM verification WHERE state = 'verified'")) == 1


def test_proving_a_number_again_gives_no_second_grant(customers: Database) -> None:
    put_service(customers, PHONE)

    prove(customers, JAAN, NUMBER)
    prove(customers, JAAN, NUMBER)

    assert len(given(customers)) == 1
    assert history(customers).count("grant:started") == len(held(customers))


@pytest.mark.parametrize(
    ("update", "why"),
    [
        pytest.param(
            [replace(PHONE, status=ServiceStatus.ENDED)], "service_gone", id="service-ended"
        ),
        pytest.param([replace(PHONE, account_id=SHOP.id)], "service_gone", id="service-moved"),
        pytest.param([replace(PHONE, number=OTHER)], "number_left", id="number-changed"),
        pytest.param([replace(PHONE, number=None)], "number_left", id="ported-out"),
        pytest.param(
            [replace(PHONE, kind=ServiceKind.MOBIIL_ID)], "number_left", id="only-a-mobiil-id-left"
        ),
        pytest.param([replace(PHONE, user=TIIU)], "user_changed", id="someone-else-uses-it"),
        pytest.param(
            [replace(PHONE, number=None), service(3, OFFICE, phone=NUMBER)],
            "number_left",
            id="number-went-to-another-service",
        ),
        pytest.param(
            [replace(PHONE, status=ServiceStatus.ENDED), service(3, SHOP, phone=NUMBER)],
            "service_gone",
            id="number-went-to-another-account",
        ),
        pytest.param([replace(PHONE, user=JAAN)], None, id="that-very-person-uses-it"),
        pytest.param([replace(PHONE, name="Direktor")], None, id="another-name"),
        pytest.param([replace(PHONE, kind=ServiceKind.ROUTER)], None, id="another-kind"),
        pytest.param([PHONE], None, id="nothing-new"),
        pytest.param([service(4, OFFICE, phone=OTHER)], None, id="another-service"),
    ],
)
def test_changes_that_end_the_access_of_a_number(
    customers: Database, update: list[ServiceFacts], why: str | None
) -> None:
    put_service(customers, PHONE)
    prove(customers, JAAN, NUMBER)

    put_service(customers, *update)
    put_service(customers, *update)

    assert lost(customers) == ([(JAAN, "user", why)] if why else [])
    assert len(given(customers)) == (why is None)
    assert history(customers).count("grant:ended") == (why is not None)


@pytest.mark.parametrize(
    ("before", "update", "why"),
    [
        pytest.param(TIIU, TIIU, None, id="someone-else-used-it-before-and-still-does"),
        pytest.param(TIIU, None, None, id="someone-else-used-it-and-now-nobody-knows"),
        pytest.param(JAAN, None, None, id="the-person-used-it-and-now-nobody-knows"),
        pytest.param(JAAN, TIIU, "user_changed", id="given-away"),
        pytest.param(TIIU, JAAN, None, id="given-to-the-person"),
    ],
)
def test_a_change_of_the_named_user(
    customers: Database, before: PersonKey, update: PersonKey | None, why: str | None
) -> None:
    put_service(customers, replace(PHONE, user=before))
    prove(customers, JAAN, NUMBER)

    put_service(customers, replace(PHONE, user=update, name="Direktor"))

    assert [each[2] for each in lost(customers)] == ([why] if why else [])


@pytest.mark.parametrize(
    ("update", "stays"),
    [
        pytest.param([replace(OWN_PHONE, status=ServiceStatus.ENDED)], False, id="service-ended"),
        pytest.param([replace(OWN_PHONE, account_id=OFFICE.id)], False, id="service-moved"),
        pytest.param([replace(OWN_PHONE, number=None)], False, id="ported-out"),
        pytest.param([replace(OWN_PHONE, number=OTHER)], False, id="number-changed"),
        pytest.param([replace(OWN_PHONE, user=MARI, name="Minu")], True, id="another-name"),
        pytest.param(
            [replace(OWN_PHONE, status=ServiceStatus.ENDED), service(3, OWN, phone=NUMBER)],
            True,
            id="number-went-to-another-service-of-the-account",
        ),
    ],
)
def test_the_own_accounts_administration_ends_when_the_number_leaves_it(
    customers: Database, update: list[ServiceFacts], stays: bool
) -> None:
    put_service(customers, OWN_PHONE)
    prove(customers, MARI, NUMBER)

    put_service(customers, *update)

    assert lost(customers) == ([] if stays else [(MARI, "administrator", "number_left")])
    assert len(given(customers, OWN)) == stays


def test_two_persons_with_the_same_number_both_keep_theirs(customers: Database) -> None:
    put_service(customers, PHONE)

    prove(customers, MARI, NUMBER)
    prove(customers, JAAN, NUMBER)
    put_service(customers, replace(PHONE, name="Vastuvõtt"))

    assert {each.person for each in given(customers)} == {MARI, JAAN}
    assert ended(customers) == []


def test_of_two_persons_with_the_same_number_the_named_user_keeps_it(customers: Database) -> None:
    put_service(customers, PHONE)
    prove(customers, MARI, NUMBER)
    prove(customers, JAAN, NUMBER)

    put_service(customers, replace(PHONE, user=JAAN))

    assert [each.person for each in given(customers)] == [JAAN]
    assert lost(customers) == [(MARI, "user", "user_changed")]


def test_access_of_another_origin_stays_when_the_number_leaves(customers: Database) -> None:
    put_service(customers, PHONE)
    prove(customers, JAAN, NUMBER)
    give(customers, JAAN, OFFICE, "accountant")

    put_service(customers, replace(PHONE, number=None))

    assert [each.why for each in held(customers) if each.person == JAAN] == ["given"]


def test_a_number_that_comes_back_must_be_proved_again(customers: Database) -> None:
    put_service(customers, PHONE)
    prove(customers, JAAN, NUMBER)
    put_service(customers, replace(PHONE, number=None))

    put_service(customers, PHONE)
    before = given(customers)
    prove(customers, JAAN, NUMBER)

    assert (before, len(given(customers))) == ([], 1)


def test_an_own_account_rests_on_every_number_that_was_proved(customers: Database) -> None:
    put_service(customers, OWN_PHONE, service(3, OWN, phone=OTHER))
    prove(customers, MARI, NUMBER)
    prove(customers, MARI, OTHER)

    put_service(customers, replace(OWN_PHONE, status=ServiceStatus.ENDED))
    one_left = given(customers, OWN)
    put_service(customers, service(3, OWN, phone=None))

    assert [holding.role for holding in one_left] == ["administrator"]
    assert given(customers, OWN) == []


def test_a_login_that_proves_a_number_is_one_event(customers: Database) -> None:
    proof, person_id = uuid4(), ensure_person(customers, JAAN)
    before = history(customers)

    for _ in range(2):
        with customers.transaction() as session:
            codes.verify_by_login(session, proof, person_id, PhoneNumber(OTHER, "EE"), actor=ENGINE)

    assert history(customers) == [*before, "verification:ended"]
