"""Register states of a company and their validity."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.registry.register import RegisterState
from storage.database import Database
from storage.parties import upsert
from storage.registry import register_state_json, register_states
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import (
    KUUSK,
    NOON,
    entry,
    joint,
    procurist,
    sole,
    state,
    together,
    unreadable,
)
from tests.builders.rows import REGISTER, account, carry_out, history, put, rows, store_states

A_LOT = state(
    entry(MARI, name="Mari Õun"),
    entry(None, alone=None, name="Välismaa AS"),
    unreadable("RU"),
    unreadable(None, "A1"),
    groups=((joint(MARI), joint(JAAN)),),
    opaque=True,
    version="2026-08-01",
)


def believed(database: Database) -> list[RegisterState]:
    found = rows(database, "SELECT state FROM register_state ORDER BY in_force")
    return [register_state_json.from_json(row.state) for row in found]


def test_a_state_comes_back_as_it_was_stored(database: Database) -> None:
    store_states(database, A_LOT)

    (stored,) = believed(database)

    assert (set(stored.holders), stored.opaque) == (set(A_LOT.holders), A_LOT.opaque)
    assert [set(group) for group in stored.groups] == [set(group) for group in A_LOT.groups]
    assert (stored.company, stored.as_of, stored.register_version) == (
        A_LOT.company,
        A_LOT.as_of,
        A_LOT.register_version,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(state(sole(MARI)), state(sole(MARI), minute=9), True, id="stated-later"),
        pytest.param(state(sole(MARI)), state(sole(MARI), version="2"), True, id="another-version"),
        pytest.param(
            state(sole(MARI), joint(JAAN)), state(joint(JAAN), sole(MARI)), True, id="another-order"
        ),
        pytest.param(
            together(MARI, JAAN), together(JAAN, MARI), True, id="another-order-in-the-group"
        ),
        pytest.param(state(sole(MARI)), state(procurist(MARI)), False, id="another-role"),
        pytest.param(state(sole(MARI)), state(sole(JAAN)), False, id="another-person"),
        pytest.param(
            state(sole(MARI)), state(entry(MARI, name="Uus")), False, id="another-surname"
        ),
        pytest.param(state(sole(MARI)), state(sole(MARI), opaque=True), False, id="conditions"),
        pytest.param(
            state(sole(MARI), opaque=True),
            replace(state(sole(MARI), opaque=True), signing_rule_text="Esindab üksi."),
            False,
            id="words-of-the-signing-rule",
        ),
        pytest.param(state(joint(MARI), joint(JAAN)), together(MARI, JAAN), False, id="groups"),
    ],
)
def test_states_with_equal_content_are_equal(
    one: RegisterState, other: RegisterState, *, same: bool
) -> None:
    assert (register_state_json.digest(one) == register_state_json.digest(other)) is same


def test_a_repeated_state_is_confirmed_and_no_change(database: Database) -> None:
    store_states(database, state(sole(MARI)))

    store_states(database, state(sole(MARI), minute=30))

    (row,) = rows(database, "SELECT as_of FROM register_state")
    assert row.as_of == NOON + timedelta(minutes=30)
    assert history(database) == ["register_state:changed"]


def test_an_older_confirmation_does_not_make_it_older(database: Database) -> None:
    store_states(database, state(sole(MARI), minute=30))

    store_states(database, state(sole(MARI)))

    (row,) = rows(database, "SELECT as_of FROM register_state")
    assert row.as_of == NOON + timedelta(minutes=30)


def test_states_follow_one_another_without_gap_or_overlap(database: Database) -> None:
    given = [state(sole(MARI)), state(minute=1), state(sole(JAAN), minute=2), state(minute=3)]

    for each in given:
        store_states(database, each)

    ranges = [r.in_force for r in rows(database, "SELECT in_force FROM register_state ORDER BY 1")]
    assert [r.upper for r in ranges] == [*(r.lower for r in ranges[1:]), None]
    assert [len(s.holders) for s in believed(database)] == [1, 0, 1, 0]


def test_states_of_one_transaction_follow_one_another_too(database: Database) -> None:
    with database.transaction() as session:
        (company_id,) = upsert.company_ids(session, [KUUSK]).values()
        register_states.lock(session, [company_id])
        for minute, holder in enumerate([sole(MARI), sole(JAAN), procurist(MARI)]):
            given = {company_id: state(holder, minute=minute)}
            assert register_states.record_states(session, given, actor=REGISTER) == [company_id]

    ranges = [r.in_force for r in rows(database, "SELECT in_force FROM register_state ORDER BY 1")]
    assert [r.upper for r in ranges] == [*(r.lower for r in ranges[1:]), None]
    assert all(r.upper is None or r.lower < r.upper for r in ranges)


def test_a_clock_that_was_set_back_makes_no_gap_and_no_overlap(database: Database) -> None:
    store_states(database, state(sole(MARI)))
    carry_out(
        database, "UPDATE register_state SET in_force = tstzrange(now() + interval '1 hour', NULL)"
    )

    store_states(database, state(sole(JAAN), minute=1))

    first, second = (
        r.in_force for r in rows(database, "SELECT in_force FROM register_state ORDER BY 1")
    )
    assert first.lower < first.upper == second.lower
    assert second.upper is None


@pytest.mark.parametrize("first", [0, 1], ids=["one-order", "the-other-order"])
def test_of_two_states_of_one_instant_the_same_one_always_wins(
    database: Database, first: int
) -> None:
    given = [state(sole(MARI)), state(sole(JAAN))]

    store_states(database, given[first])
    store_states(database, given[1 - first])

    winner = max(given, key=register_state_json.digest)
    assert believed(database)[-1].holders == winner.holders


def test_the_event_names_the_state_before_and_after_and_no_person(database: Database) -> None:
    store_states(database, state(sole(MARI)))
    store_states(database, state(sole(JAAN), minute=1))

    first, second = rows(database, "SELECT id, company_id FROM register_state ORDER BY in_force")
    events = rows(database, "SELECT * FROM event ORDER BY id")
    assert [t.before for t in events] == [
        None,
        {"register_state": str(first.id), "status": "active"},
    ]
    assert [t.subject_id for t in events] == [first.id, second.id]
    assert {t.company_id for t in events} == {first.company_id}
    assert not any(key.code in repr(events) for key in (MARI, JAAN))


def test_the_companys_name_is_the_latest_one(database: Database) -> None:
    store_states(database, state(sole(MARI)))

    assert [r.name for r in rows(database, "SELECT name FROM company")] == ["Näidis OÜ"]


def test_fault_29_a_name_that_the_register_leaves_out_is_not_lost(database: Database) -> None:
    put(database, account(KUUSK))
    store_states(database, state(sole(MARI)))

    store_states(database, replace(state(entry(MARI, name=""), minute=1), name=""))

    (company,) = rows(database, "SELECT name FROM company")
    (person,) = rows(database, "SELECT name FROM person")
    assert (company.name, person.name) == ("Näidis OÜ", "Nimi")
