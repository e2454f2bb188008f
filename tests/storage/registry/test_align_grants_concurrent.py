"""Two that align the same company at the same time: one waits, and the newest word stands."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.registry.register import RegisterState
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants, register_states
from storage.registry.align_grants import Alignment
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, procurist, sole, state
from tests.builders.rows import (
    REGISTER,
    Held,
    account,
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


@pytest.mark.parametrize(
    ("first", "second", "person"),
    [
        pytest.param(state(sole(MARI)), state(sole(JAAN), minute=1), JAAN, id="older-first"),
        pytest.param(state(sole(JAAN), minute=1), state(sole(MARI)), JAAN, id="newer-first"),
        pytest.param(state(sole(MARI)), state(sole(MARI)), MARI, id="the-same-word-twice"),
        pytest.param(
            state(sole(MARI)), state(procurist(MARI), minute=1), MARI, id="another-role-alone"
        ),
    ],
)
def test_the_second_alignment_waits_and_sees_the_first_ones_grants(
    database: Database, first: RegisterState, second: RegisterState, person: object
) -> None:
    put(database, OFFICE)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            (company_id,) = upsert.company_ids(session, [KUUSK]).values()
            register_states.lock(session, [company_id])
            other = beside.submit(store_states, database, second)
            wait_until_blocked(database)
            register_states.record_states(session, {company_id: first}, actor=REGISTER)
            align_grants.align(session, [company_id], actor=REGISTER)
        other.result(PATIENCE)

    assert [(h.person, h.role) for h in held(database)] == [(person, "administrator")]
    assert len(grant_ids(database)) == history(database).count("grant:started")
    assert len(rows(database, "SELECT FROM register_state WHERE upper_inf(in_force)")) == 1


def test_two_alignments_of_one_state_start_each_grant_once(
    database: Database,
) -> None:
    put(database, OFFICE)
    with database.transaction() as session:
        (company_id,) = upsert.company_ids(session, [KUUSK]).values()
        register_states.lock(session, [company_id])
        register_states.record_states(session, {company_id: state(sole(MARI))}, actor=REGISTER)

    def align() -> Alignment:
        with database.transaction() as session:
            return align_grants.align(session, [company_id], actor=REGISTER)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            first = align_grants.align(session, [company_id], actor=REGISTER)
            second = beside.submit(align)
            wait_until_blocked(database)
        assert (len(first.started), len(second.result(PATIENCE).started)) == (1, 0)


def test_concurrent_alignments_end_in_the_newest_state_without_duplicates(
    database: Database,
) -> None:
    put(database, OFFICE, account(TAMM, 2))
    given = [
        (state(sole((MARI, JAAN)[minute % 2]), minute=minute), state(sole(MARI), of=TAMM))
        for minute in range(12)
    ]

    with ThreadPoolExecutor(4) as beside:
        done = [
            beside.submit(store_states, database, *pair[:: 1 - 2 * (i % 2)])
            for i, pair in enumerate(given)
        ]
        for each in done:
            each.result(PATIENCE)

    assert held(database) == [
        Held(JAAN, OFFICE.id, "administrator", "sole_representation"),
        Held(MARI, account(TAMM, 2).id, "administrator", "sole_representation"),
    ]


def test_two_alignments_of_a_new_company_and_person_create_each_once(database: Database) -> None:
    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            first = upsert.company_ids(session, [KUUSK])
            people = upsert.person_ids(session, [MARI])
            other = beside.submit(put, database, OFFICE)
            wait_until_blocked(database)
        other.result(PATIENCE)

    with database.transaction() as session:
        assert upsert.company_ids(session, [TAMM, KUUSK])[KUUSK] == first[KUUSK]
        assert upsert.person_ids(session, [MARI]) == people
        assert upsert.person_ids(session, []) == {}
