"""The owner of an account decides who has access, from the moment of billing's record."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from domain.access.grants import Origin
from domain.accounts import AccountStatus
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants, register_states
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import (
    REGISTER,
    Held,
    account,
    ended,
    give,
    grant_ids,
    held,
    history,
    put,
    rows,
    store_states,
    wait_until_blocked,
)
from tests.fixtures.patience import PATIENCE

OFFICE = account(KUUSK)
HOME = account(MARI, 7)
SOLE = "sole_representation"


def test_a_new_account_of_a_known_company_has_its_people_at_once(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    shop = account(KUUSK, 2)

    put(database, shop)

    assert held(database) == [
        Held(MARI, OFFICE.id, "administrator", SOLE),
        Held(MARI, shop.id, "administrator", SOLE),
    ]


def test_an_account_of_a_company_without_state_has_no_grants(database: Database) -> None:
    put(database, OFFICE)

    assert held(database) == []


def test_a_closed_account_loses_its_people_and_gets_them_back_when_reopened(
    database: Database,
) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))

    put(database, replace(OFFICE, status=AccountStatus.CLOSED))
    closed = (held(database), ended(database))
    store_states(database, together(MARI, JAAN, minute=1))
    still_closed = held(database)
    put(database, OFFICE)

    assert closed == ([], [Held(MARI, OFFICE.id, "administrator", "account_closed")])
    assert still_closed == []
    assert {h.role for h in held(database)} == {"joint_representative"}


def test_an_account_moved_to_another_company_changes_people(database: Database) -> None:
    put(database, OFFICE, account(TAMM, 2))
    store_states(database, state(sole(MARI)), state(sole(JAAN), of=TAMM))

    put(database, replace(OFFICE, owner=TAMM))

    assert ended(database) == [Held(MARI, OFFICE.id, "administrator", "owner_changed")]
    assert [(h.person, h.account) for h in held(database)] == [
        (JAAN, OFFICE.id),
        (JAAN, account(TAMM, 2).id),
    ]


def test_a_representative_of_both_companies_gets_a_new_grant(database: Database) -> None:
    put(database, OFFICE, account(TAMM, 2))
    store_states(database, state(sole(MARI)), state(sole(MARI), of=TAMM))
    before = grant_ids(database)

    put(database, replace(OFFICE, owner=TAMM))

    assert len(held(database)) == 2
    assert len(set(grant_ids(database)) - set(before)) == 1


def test_an_owner_change_ends_the_grants_of_the_old_owners_side(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    give(database, JAAN, OFFICE, "accountant", origin=Origin.DELEGATION)

    put(database, replace(OFFICE, owner=TAMM))

    assert held(database) == []
    assert {h.why for h in ended(database)} == {"owner_changed"}


def test_a_private_account_is_its_owners_at_once(database: Database) -> None:
    put(database, HOME)
    put(database, HOME)

    assert held(database) == [Held(MARI, HOME.id, "administrator", "own_account")]
    (grant,) = rows(database, "SELECT origin, proof FROM access_grant")
    assert (grant.origin, grant.proof) == ("operator", HOME.id)
    assert history(database) == ["account:created", "grant:started"]


def test_a_private_account_that_changes_hands(database: Database) -> None:
    put(database, HOME)

    put(database, replace(HOME, owner=JAAN))

    assert held(database) == [Held(JAAN, HOME.id, "administrator", "own_account")]
    assert ended(database) == [Held(MARI, HOME.id, "administrator", "owner_changed")]


def test_a_private_account_that_closes_and_opens_again(database: Database) -> None:
    put(database, HOME)

    put(database, replace(HOME, status=AccountStatus.CLOSED))
    closed = (held(database), ended(database))
    put(database, HOME)

    assert closed == ([], [Held(MARI, HOME.id, "administrator", "account_closed")])
    assert held(database) == [Held(MARI, HOME.id, "administrator", "own_account")]


def test_a_business_account_becomes_private_and_business_again(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(JAAN)))

    put(database, replace(OFFICE, owner=MARI))
    private = held(database)
    put(database, OFFICE)

    assert private == [Held(MARI, OFFICE.id, "administrator", "own_account")]
    assert held(database) == [Held(JAAN, OFFICE.id, "administrator", SOLE)]


def test_private_and_business_accounts_in_one_batch(database: Database) -> None:
    store_states(database, state(sole(JAAN)))

    put(database, OFFICE, HOME, account(JAAN, 8))

    assert {(h.person, h.account) for h in held(database)} == {
        (JAAN, OFFICE.id),
        (MARI, HOME.id),
        (JAAN, account(JAAN, 8).id),
    }


def test_a_put_and_an_alignment_of_the_same_company_do_not_deadlock(database: Database) -> None:
    put(database, OFFICE)
    news = state(sole(MARI))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            (company_id,) = upsert.company_ids(session, [KUUSK]).values()
            register_states.lock(session, [company_id])
            renamed = beside.submit(put, database, replace(OFFICE, name="Peakontor"))
            wait_until_blocked(database)
            register_states.record_states(session, {company_id: news}, actor=REGISTER)
            align_grants.align(session, [company_id], actor=REGISTER)
        assert renamed.result(PATIENCE).changed == [OFFICE.id]

    assert held(database) == [Held(MARI, OFFICE.id, "administrator", SOLE)]


def test_an_account_opened_during_an_alignment_gets_the_newest_state(
    database: Database,
) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            (company_id,) = upsert.company_ids(session, [KUUSK]).values()
            register_states.lock(session, [company_id])
            opened = beside.submit(put, database, account(KUUSK, 2))
            wait_until_blocked(database)
            register_states.record_states(
                session, {company_id: state(sole(JAAN), minute=1)}, actor=REGISTER
            )
            align_grants.align(session, [company_id], actor=REGISTER)
        opened.result(PATIENCE)

    assert [(h.person, h.account) for h in held(database)] == [
        (JAAN, OFFICE.id),
        (JAAN, account(KUUSK, 2).id),
    ]
