"""A person asks what may be done now, and the register is asked about that person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from activities.registry.refresh_person import Aligned
from domain.identifiers import PersonKey
from domain.processes import sync_id
from domain.registry.sync import SyncSource
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_budget import budget
from tests.fixtures.engine import Engine, Held, until
from workflows.registry.register_sync import RegisterSync

CODES = CODE, OTHER, THIRD = "19000014", "19000020", "19000037"
MARIS = Held(CODE, MARI.code, "administrator")


async def mari_in(engine: Engine, *codes: str) -> UUID:
    """Mari is on the board of the first company, which is a customer, as are the others."""
    engine.register.put(codes[0], holders=[MARI])
    engine.take_on(codes)
    await engine.sync(SyncSource.CHECK)
    engine.forget_queries()
    return engine.person_id(MARI.code)


def known(engine: Engine, person: PersonKey) -> UUID:
    """Someone whom the register has named nowhere yet."""
    with engine.database.transaction() as session:
        found: UUID = session.execute(
            text(
                "INSERT INTO person (id, country, code) VALUES (gen_random_uuid(), 'EE', :code)"
                " RETURNING id"
            ),
            {"code": person.code},
        ).scalar_one()
    return found


async def test_without_changes_one_query_is_enough(engine: Engine) -> None:
    mari = await mari_in(engine, CODE)

    operation, aligned = await engine.refresh(mari)

    assert (operation.state, operation.error, operation.waits_for) == ("succeeded", None, None)
    assert operation.result == {**Aligned().model_dump(), "as_of": operation.result["as_of"]}
    assert aligned == Aligned()
    assert engine.queries() == 1


async def test_a_new_board_member_has_access_when_the_operation_ends(engine: Engine) -> None:
    jaan = known(engine, JAAN)
    engine.take_on([CODE])
    engine.register.put(CODE, holders=[JAAN])

    operation, aligned = await engine.refresh(jaan)

    assert (operation.state, aligned) == ("succeeded", Aligned(started=1))
    assert engine.grants() == {Held(CODE, JAAN.code, "administrator")}
    assert engine.queries() == 2


async def test_a_former_board_member_has_no_access_when_the_operation_ends(engine: Engine) -> None:
    mari = await mari_in(engine, CODE)
    engine.register.put(CODE, holders=[JAAN])

    operation, aligned = await engine.refresh(mari)

    assert (operation.state, aligned) == ("succeeded", Aligned(ended=1))
    assert engine.grants() == {Held(CODE, JAAN.code, "administrator")}
    assert engine.ended_reasons() == {"not_in_register": 1}


FEW = {"VOLITUS_SYNC_HOLD_LEAST": "2", "VOLITUS_SYNC_HOLD_SHARE": "0.01"}


@pytest.mark.settings(**FEW)
async def test_fault_6_logins_together_end_no_more_than_a_run_may(engine: Engine) -> None:
    people = [MARI, JAAN, TIIU]
    for code, person in zip(CODES, people, strict=True):
        engine.register.put(code, holders=[person])
    engine.take_on(CODES)
    await engine.sync(SyncSource.CHECK)
    before = engine.grants()
    for code in CODES:
        engine.register.put(code, holders=[])

    results = [(await engine.refresh(engine.person_id(person.code)))[1] for person in people]

    assert results == [Aligned(ended=1), Aligned(held=1), Aligned(held=1)]
    assert engine.grants() == before - {MARIS}


@pytest.mark.settings(**FEW)
async def test_fault_6_what_a_login_may_not_end_is_held_for_a_decision(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI, JAAN])
    engine.take_on([CODE])
    await engine.sync(SyncSource.CHECK)
    engine.register.put(CODE, holders=[TIIU])
    mari = engine.person_id(MARI.code)
    before = engine.grants()

    operation, _ = await engine.refresh(mari)
    await engine.refresh(mari)  # the same once more
    await until(lambda: [run.state for run in runs_about_companies(engine)] == ["held"])
    (run,) = runs_about_companies(engine)
    kept = engine.grants()
    handle = engine.client.get_workflow_handle_for(
        RegisterSync.run, sync_id(SyncSource.COMPANY, run.subject)
    )
    await engine.decide(handle, "release")
    await engine.ended(handle)

    assert (operation.state, operation.result["held"]) == ("succeeded", 1)
    assert (run.preview["ending"]["total"], kept) == (2, before)
    assert engine.grants() == {Held(CODE, TIIU.code, "administrator")}


def runs_about_companies(engine: Engine) -> Sequence[Row[Any]]:
    return engine.rows("SELECT * FROM sync_run WHERE source = 'company'")


async def test_a_company_that_is_no_customer_is_kept_as_an_appointment(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    await engine.sync(SyncSource.FILE)
    mari = known(engine, MARI)

    await engine.refresh(mari)
    asked = engine.queries()
    engine.register.put(CODE, holders=[MARI, JAAN])
    run = await engine.sync(SyncSource.FILE)

    (appointment,) = engine.rows("SELECT person_id FROM appointment")
    assert (asked, appointment.person_id) == (1, mari)
    (change,) = engine.rows("SELECT kind, state FROM sync_change WHERE run_id = :id", id=run.id)
    assert tuple(change) == ("changed", "applied")
    assert engine.grants() == set()


async def test_a_person_who_left_every_company_has_no_appointments(engine: Engine) -> None:
    mari = await mari_in(engine, CODE)
    await engine.refresh(mari)
    engine.register.put(CODE, holders=[])

    operation, _ = await engine.refresh(mari)

    assert operation.state == "succeeded"
    assert engine.rows("SELECT * FROM appointment") == []
    assert engine.grants() == set()


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        pytest.param("http_500", "register_http_error", id="server-error"),
        pytest.param("soap_fault", "register_fault", id="fault-answer"),
        pytest.param("wrong_contract", "empty_answer_unproven", id="empty-without-proof"),
        pytest.param("entity_attack", "answer_hostile", id="hostile-xml"),
    ],
)
async def test_while_the_register_is_down_existing_access_stays(
    engine: Engine, trouble: str, cause: str
) -> None:
    mari = await mari_in(engine, CODE, OTHER)
    engine.register.put(OTHER, holders=[MARI])
    engine.register.fault("esindus", trouble)

    operation, aligned = await engine.refresh(mari)

    (belief,) = engine.rows(
        "SELECT s.as_of FROM register_state s JOIN company c ON c.id = s.company_id"
        " WHERE c.code = :code",
        code=CODE,
    )
    assert (operation.state, operation.result, aligned) == ("failed", None, Aligned())
    assert (operation.error["code"], operation.error["facts"]["cause"]) == (
        "register_unavailable",
        cause,
    )
    assert operation.error["facts"]["as_of"] == belief.as_of.isoformat()
    assert engine.grants() == {MARIS}


@pytest.mark.settings(**budget("1"))
async def test_when_the_days_queries_are_spent_the_operation_says_so(engine: Engine) -> None:
    mari = known(engine, MARI)
    await engine.refresh(mari)

    operation, _ = await engine.refresh(mari)

    assert (operation.state, operation.error["facts"]["cause"]) == (
        "failed",
        "register_budget_spent",
    )
    assert operation.error["facts"]["as_of"] is None


@pytest.mark.settings(**budget("12", sync="10"))
async def test_fault_12_when_people_have_spent_their_queries_syncs_go_on(engine: Engine) -> None:
    mari = await mari_in(engine, CODE)
    for _ in range(2):
        await engine.refresh(mari)

    operation, _ = await engine.refresh(mari)
    run = await engine.sync(SyncSource.CHECK)

    assert (operation.state, operation.error["facts"]["cause"]) == (
        "failed",
        "register_budget_spent",
    )
    assert "for people who log in are used up" in operation.error["text"]
    assert run.state == "finished"
    assert engine.grants() == {MARIS}


@pytest.mark.settings(**budget("11", sync="10"))
async def test_fault_12_a_refresh_that_cannot_query_about_its_companies_says_why(
    engine: Engine,
) -> None:
    mari = await mari_in(engine, CODE, OTHER)
    engine.register.put(OTHER, holders=[MARI])

    operation, _ = await engine.refresh(mari)

    assert (operation.state, operation.error["facts"]["cause"]) == (
        "failed",
        "register_budget_spent",
    )
    assert engine.grants() == {MARIS}


async def test_a_short_outage_does_not_fail_the_operation(engine: Engine) -> None:
    mari = await mari_in(engine, CODE, OTHER)
    engine.register.put(OTHER, holders=[MARI])
    between = [
        {"source": "esindus", "kind": "delay", "seconds": 0, "times": 1},
        {"source": "esindus", "kind": "soap_fault", "times": 2},
    ]
    engine.register.control("PUT", "/faults", between)

    operation, aligned = await engine.refresh(mari)

    assert (operation.state, aligned) == ("succeeded", Aligned(started=1))
    assert engine.grants() == {MARIS, Held(OTHER, MARI.code, "administrator")}


async def test_answers_from_before_an_outage_are_applied_and_reported(
    engine: Engine,
) -> None:
    mari = await mari_in(engine, CODE, OTHER, THIRD)
    engine.register.put(OTHER, holders=[MARI])
    engine.register.put(THIRD, holders=[MARI])
    after_two = [
        {"source": "esindus", "kind": "delay", "seconds": 0, "times": 2},
        {"source": "esindus", "kind": "http_500"},
    ]
    engine.register.control("PUT", "/faults", after_two)

    operation, aligned = await engine.refresh(mari)

    assert (operation.state, aligned) == ("failed", Aligned(started=1))
    assert operation.error["code"] == "register_unavailable"
    assert "nothing new" not in operation.error["text"]
    assert len(engine.grants()) == 2


async def test_a_company_that_only_one_source_misses_stays_as_it_is(engine: Engine) -> None:
    mari = await mari_in(engine, CODE)
    engine.register.put(CODE, holders=[JAAN])
    answers_then_misses = [
        {"source": "esindus", "kind": "delay", "seconds": 0, "times": 1},
        {"source": "esindus", "kind": "empty_answer", "times": 1},
    ]
    engine.register.control("PUT", "/faults", answers_then_misses)

    operation, aligned = await engine.refresh(mari)

    assert (operation.state, aligned) == ("succeeded", Aligned(unknown=1))
    assert engine.grants() == {MARIS}
