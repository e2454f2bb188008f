"""A freeze is told to the person, or to all with access to the account: once, as its end is."""

import pytest

from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.freezes import freeze, lift
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, rows, store_states

OFFICE = account(KUUSK, 1)


@pytest.fixture
def customers(database: Database) -> Database:
    """Mari represents Kuusk, Jaan is its accountant, and Anna has nothing."""
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    give(database, JAAN, OFFICE, "accountant")
    ensure_person(database, ANNA)
    return database


def told(database: Database) -> list[tuple[str, str]]:
    found = rows(
        database,
        "SELECT p.code, n.kind FROM notice n JOIN person p ON p.id = n.person_id"
        " ORDER BY n.created_at, p.code",
    )
    return sorted((row.code, row.kind) for row in found)


@pytest.mark.parametrize(
    ("frozen", "whom", "named"),
    [
        pytest.param(JAAN, [JAAN], None, id="person"),
        pytest.param(ANNA, [ANNA], None, id="person-without-access"),
        pytest.param(OFFICE, [JAAN, MARI], OFFICE.id, id="account"),
    ],
)
def test_deleg_14_a_freeze_and_its_end_are_told_once(
    customers: Database, frozen: PersonKey | AccountFacts, whom: list[PersonKey], named: object
) -> None:
    begun = freeze(customers, frozen)
    assert freeze(customers, frozen).id == begun.id
    assert told(customers) == sorted((who.code, "access_suspended") for who in whom)

    lift(customers, begun)

    kinds = ("access_suspended", "access_restored")
    assert told(customers) == sorted((who.code, kind) for who in whom for kind in kinds)
    found = rows(customers, "SELECT DISTINCT subject_id, account_id, facts FROM notice")
    assert [tuple(row) for row in found] == [(begun.id, named, {})]


def test_deleg_14_who_is_frozen_has_no_access_that_an_account_could_lose(
    customers: Database,
) -> None:
    freeze(customers, JAAN)
    before = told(customers)

    freeze(customers, OFFICE)

    assert [each for each in told(customers) if each not in before] == [
        (MARI.code, "access_suspended")
    ]
