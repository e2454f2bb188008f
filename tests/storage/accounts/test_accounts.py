"""Accounts from billing: created once, changed, or refused with a reason."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from domain.access.grants import Origin
from domain.accounts import AccountStatus
from storage.accounts.accounts import AccountFacts
from storage.accounts.upserts import UpsertResult
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import Held, account, ended, give, held, history, put, rows, store_states

OFFICE = account(KUUSK)
SOLE = "sole_representation"


def test_a_new_account_is_created_once_with_one_event(database: Database) -> None:
    first = put(database, OFFICE)
    again = put(database, OFFICE)

    assert (first, again) == (
        UpsertResult(created=[OFFICE.id], changed=[]),
        UpsertResult(created=[], changed=[]),
    )
    assert history(database) == ["account:created"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(OFFICE, name="Peakontor"), id="name"),
        pytest.param(replace(OFFICE, reference="K99"), id="reference"),
        pytest.param(replace(OFFICE, status=AccountStatus.CLOSED), id="status"),
        pytest.param(replace(OFFICE, owner=TAMM), id="another-company"),
        pytest.param(replace(OFFICE, owner=JAAN), id="a-person-instead-of-a-company"),
    ],
)
def test_changed_facts_change_the_account_once(database: Database, other: AccountFacts) -> None:
    put(database, OFFICE)

    changed = put(database, other)
    again = put(database, other)

    assert (changed.created, changed.changed, again.changed) == ([], [OFFICE.id], [])
    (row,) = rows(
        database,
        "SELECT a.reference, a.name, a.status, COALESCE(c.code, p.code) AS owner FROM account a"
        " LEFT JOIN company c ON c.id = a.company_id LEFT JOIN person p ON p.id = a.person_id",
    )
    assert tuple(row) == (other.reference, other.name, other.status, other.owner.code)
    assert history(database).count("account:changed") == 1


def test_the_event_has_owner_and_status_before_and_after(database: Database) -> None:
    put(database, OFFICE)
    put(database, replace(OFFICE, owner=MARI, status=AccountStatus.CLOSED))

    (company,) = rows(database, "SELECT id FROM company")
    (person,) = rows(database, "SELECT id FROM person")
    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'account:changed'")
    assert event.before == {"status": "active", "company_id": str(company.id)}
    assert event.after == {"status": "closed", "person_id": str(person.id)}
    assert (event.subject_id, event.account_id) == (OFFICE.id, OFFICE.id)
    assert event.actor == {"kind": "system", "id": "billing"}


def test_a_reference_that_another_account_keeps_refuses_the_whole_change(
    database: Database,
) -> None:
    put(database, OFFICE, account(TAMM, 2))
    store_states(database, state(sole(MARI), of=TAMM))

    with pytest.raises(IntegrityError, match="uq_account_reference"):
        put(database, replace(account(KUUSK, 2), reference=OFFICE.reference))

    assert held(database) == [Held(MARI, account(TAMM, 2).id, "administrator", SOLE)]


def test_fault_11_accounts_swap_their_references(database: Database) -> None:
    other = account(TAMM, 2)
    put(database, OFFICE, other)

    swapped = put(
        database,
        replace(OFFICE, reference=other.reference),
        replace(other, reference=OFFICE.reference),
    )

    found = rows(database, "SELECT reference FROM account ORDER BY id")
    assert len(swapped.changed) == 2
    assert [row.reference for row in found] == [other.reference, OFFICE.reference]


def test_a_closed_account_ends_every_grant_on_it(database: Database) -> None:
    office = account(KUUSK)
    put(database, office)
    store_states(database, state(sole(MARI)))
    give(database, JAAN, office, origin=Origin.DELEGATION)

    put(database, replace(office, status=AccountStatus.CLOSED))

    assert held(database) == []
    assert {end.why for end in ended(database)} == {"account_closed"}


def test_one_company_is_one_row_however_many_accounts_it_has(database: Database) -> None:
    put(database, OFFICE, account(KUUSK, 2), account(TAMM, 3))
    put(database, account(KUUSK, 4))

    assert len(rows(database, "SELECT FROM company")) == 2
