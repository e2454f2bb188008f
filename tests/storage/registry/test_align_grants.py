"""The register's word becomes access: what starts, what ends, what stays, and why."""

import pytest

from domain.access.grants import Origin
from domain.registry.register import Capacity, CompanyStatus, RegisterState
from storage.database import Database
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import (
    KUUSK,
    TAMM,
    entry,
    joint,
    sole,
    state,
    strange,
    together,
    unreadable,
)
from tests.builders.rows import Held, account, ended, give, grant_ids, held, put, rows, store_states

OFFICE = account(KUUSK)
SHOP = account(KUUSK, 2)
TAMM_OFFICE = account(TAMM, 3)

SOLE, JOINT = "sole_representation", "joint_representation"


@pytest.mark.parametrize(
    ("given", "holding"),
    [
        pytest.param(
            state(sole(MARI)),
            [Held(MARI, OFFICE.id, "administrator", SOLE)],
            id="alone-administrator",
        ),
        pytest.param(
            together(MARI, JAAN),
            [
                Held(MARI, OFFICE.id, "joint_representative", JOINT),
                Held(JAAN, OFFICE.id, "joint_representative", JOINT),
            ],
            id="together-joint-representatives",
        ),
        pytest.param(state(joint(MARI)), [], id="no-right-nothing"),
        pytest.param(state(joint(MARI), opaque=True), [], id="opaque-nothing"),
        pytest.param(state(strange(MARI)), [], id="unknown-role-nothing"),
        pytest.param(state(entry(None)), [], id="nobody-with-a-code-nothing"),
        pytest.param(
            state(unreadable(None, MARI.code)), [], id="fault-3-a-code-without-country-nothing"
        ),
        pytest.param(state(sole(MARI), form_confers=False), [], id="form-that-confers-nothing"),
        pytest.param(
            state(
                sole(MARI),
                entry(JAAN, "LIKV", Capacity.LIQUIDATOR),
                status=CompanyStatus("liquidation"),
            ),
            [Held(JAAN, OFFICE.id, "administrator", SOLE)],
            id="liquidation-the-liquidator",
        ),
    ],
)
def test_grants_that_follow_from_a_register_state(
    database: Database, given: RegisterState, holding: list[Held]
) -> None:
    put(database, OFFICE)

    store_states(database, given)

    assert held(database) == sorted(holding)


@pytest.mark.parametrize(
    ("next_said", "holding", "why_ended"),
    [
        pytest.param(state(minute=1), [], "not_in_register", id="gone-from-the-register"),
        pytest.param(state(joint(MARI), minute=1), [], "no_sole_right", id="no-longer-alone"),
        pytest.param(
            together(MARI, JAAN, minute=1),
            [
                Held(MARI, OFFICE.id, "joint_representative", JOINT),
                Held(JAAN, OFFICE.id, "joint_representative", JOINT),
            ],
            JOINT,
            id="alone-becomes-together",
        ),
        pytest.param(
            state(sole(MARI), status=CompanyStatus.LIQUIDATION, minute=1),
            [],
            "company_in_liquidation",
            id="liquidation",
        ),
        pytest.param(
            state(sole(MARI), status=CompanyStatus.BANKRUPT, minute=1),
            [],
            "company_bankrupt",
            id="bankruptcy",
        ),
        pytest.param(
            state(sole(MARI), status=CompanyStatus.DELETED, minute=1),
            [],
            "company_deleted",
            id="deletion",
        ),
        pytest.param(
            state(sole(MARI), form_confers=False, minute=1),
            [],
            "legal_form_not_allowed",
            id="another-legal-form",
        ),
        pytest.param(
            state(unreadable("EE"), status=CompanyStatus.DELETED, minute=1),
            [],
            "company_deleted",
            id="deletion-although-a-code-cannot-be-read",
        ),
        pytest.param(
            state(joint(MARI), unreadable("EE"), minute=1),
            [],
            "no_sole_right",
            id="no-longer-alone-although-anothers-code-cannot-be-read",
        ),
        pytest.param(
            state(unreadable("RU"), minute=1),
            [],
            "not_in_register",
            id="fault-1-gone-although-a-foreign-code-cannot-be-read",
        ),
        pytest.param(
            state(unreadable(None, JAAN.code), minute=1),
            [],
            "not_in_register",
            id="fault-3-gone-although-anothers-country-cannot-be-read",
        ),
        pytest.param(
            state(entry(MARI, "N", Capacity.NONE), minute=1),
            [],
            "role_confers_nothing",
            id="from-the-board-to-the-supervisory-board",
        ),
    ],
)
def test_access_ends_when_the_register_says_otherwise(
    database: Database, next_said: RegisterState, holding: list[Held], why_ended: str
) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))

    store_states(database, next_said)

    assert held(database) == sorted(holding)
    assert ended(database) == [Held(MARI, OFFICE.id, "administrator", why_ended)]


def test_together_becomes_alone(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, together(MARI, JAAN))

    store_states(database, state(sole(MARI), minute=1))

    assert held(database) == [Held(MARI, OFFICE.id, "administrator", SOLE)]
    assert ended(database) == sorted(
        [
            Held(MARI, OFFICE.id, "joint_representative", SOLE),
            Held(JAAN, OFFICE.id, "joint_representative", "not_in_register"),
        ]
    )


def test_each_start_and_each_end_has_its_reason_its_proof_and_its_event(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))

    store_states(database, state(minute=1))

    before, after = rows(database, "SELECT id FROM register_state ORDER BY lower(in_force)")
    (grant,) = rows(database, "SELECT id, person_id, proof FROM access_grant")
    started, over = rows(database, "SELECT * FROM event WHERE kind LIKE 'grant:%' ORDER BY id")
    assert grant.proof == before.id
    assert (started.kind, over.kind) == ("grant:started", "grant:ended")
    assert {started.subject_id, over.subject_id} == {grant.id}
    assert {started.person_id, over.person_id} == {grant.person_id}
    assert {started.account_id, over.account_id} == {OFFICE.id}
    assert started.company_id == over.company_id is not None
    assert started.actor == over.actor == {"kind": "register", "id": "EE"}
    assert (started.reason["code"], over.reason["code"]) == (SOLE, "not_in_register")
    assert started.before is None
    assert started.after == {"role": "administrator", "proof": str(before.id)}
    assert over.before == {"role": "administrator", "proof": str(before.id)}
    assert over.after == {"role": None, "proof": str(after.id)}


def test_an_alignment_returns_what_it_changed(database: Database) -> None:
    put(database, OFFICE)

    first = store_states(database, state(sole(MARI)))
    second = store_states(database, state(sole(JAAN), minute=1))

    (started,) = first.started
    (over,) = second.ended
    assert (started.account_id, started.role) == (OFFICE.id, "administrator")
    assert (over.grant_id, over.reason["code"]) == (started.grant_id, "not_in_register")
    assert len((first + second).started) == 2


def test_every_account_of_a_company_follows(database: Database) -> None:
    put(database, OFFICE, SHOP, TAMM_OFFICE)

    store_states(database, state(sole(MARI)))
    store_states(database, state(sole(JAAN), minute=1))

    assert held(database) == [
        Held(JAAN, OFFICE.id, "administrator", SOLE),
        Held(JAAN, SHOP.id, "administrator", SOLE),
    ]
    assert len(ended(database)) == 2


def test_a_person_of_several_companies_loses_only_what_one_of_them_gave(
    database: Database,
) -> None:
    put(database, OFFICE, TAMM_OFFICE)
    store_states(database, state(sole(MARI)), state(sole(MARI), of=TAMM))

    store_states(database, state(of=KUUSK, minute=1))

    assert held(database) == [Held(MARI, TAMM_OFFICE.id, "administrator", SOLE)]


def test_several_companies_at_once_are_aligned_each_by_its_own_state(database: Database) -> None:
    put(database, OFFICE, TAMM_OFFICE)

    store_states(database, state(sole(MARI), joint(TIIU)), state(sole(JAAN), joint(MARI), of=TAMM))

    assert held(database) == [
        Held(JAAN, TAMM_OFFICE.id, "administrator", SOLE),
        Held(MARI, OFFICE.id, "administrator", SOLE),
    ]


def test_a_person_who_returns_gets_a_new_grant(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    store_states(database, state(minute=1))

    store_states(database, state(sole(MARI), minute=2))

    assert held(database) == [Held(MARI, OFFICE.id, "administrator", SOLE)]
    assert len(grant_ids(database)) == 2


def test_grants_of_other_origins_do_not_replace_the_registers(database: Database) -> None:
    put(database, OFFICE)
    give(database, MARI, OFFICE, "administrator", origin=Origin.DELEGATION)

    store_states(database, state(sole(MARI)))

    assert [h.why for h in held(database)] == ["given", SOLE]
