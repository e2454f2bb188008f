"""Asking the register: within its limits, through its troubles, and believing no emptiness."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.registry.sync import SyncSource
from registry_sync.estonia.esindus import CANARY
from runtime.temporal_client import connect
from services.parties.people import ensure_person
from settings.processes import WorkerSettings
from tests.builders.clocks import shift_clock
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_budget import budget
from tests.fixtures import payload_keys
from tests.fixtures.engine import Engine, Held, SyncHandle, until, until_told
from tests.fixtures.engine_plugin import working
from tests.oracles.entitlements import entitled

CODE, OTHER = "19000014", "19000020"


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param("http_500", id="server-error"),
        pytest.param("soap_fault", id="fault-answer"),
        pytest.param("garbage_xml", id="not-even-xml"),
        pytest.param("page", id="fault-15-a-maintenance-page"),
        pytest.param("cut", id="connection-cut"),
        pytest.param("wrong_contract", id="answers-with-nothing"),
    ],
)
async def test_a_failing_register_is_queried_until_it_answers(engine: Engine, trouble: str) -> None:
    customers = set(engine.codes()) - {CANARY.code}  # about which one question less is asked
    engine.take_on(sorted(customers))
    engine.register.fault("esindus", trouble, times=10)

    run = await engine.sync(SyncSource.CHECK, skip=True)

    assert (run.state, run.counts["answered"], engine.rejected()) == ("finished", 59, set())
    assert engine.grants() == entitled(c for c in engine.companies() if c["code"] in customers)
    (started,) = engine.rows("SELECT count(*) AS n FROM event WHERE kind = 'grant:started'")
    assert started.n == len(engine.grants())


async def test_a_company_that_cannot_be_read_never_stops_the_rest(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI], legal_form="XYZ")
    engine.register.put(OTHER, holders=[JAAN])
    engine.take_on([CODE, OTHER, *engine.codes()[:10]])

    run = await engine.sync(SyncSource.FILE)

    assert (run.state, run.counts["unknown"]) == ("finished", 1)
    assert engine.rejected() == {(CODE, "legal_form_unknown")}
    assert Held(OTHER, JAAN.code, "administrator") in engine.grants()
    assert not any(held.company == CODE for held in engine.grants())


async def test_a_rejected_company_is_queried_again_by_the_next_change_list(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.register.put(OTHER, holders=[JAAN])
    engine.take_on([CODE, OTHER])
    engine.register.fault("esindus", "empty_answer", times=1)
    await engine.sync(SyncSource.CHANGES)
    ((unlucky, why),) = engine.rejected()

    run = await engine.sync(SyncSource.CHANGES)  # which brings nothing new

    asked = engine.rows(
        "SELECT k.code, c.kind FROM sync_change c JOIN company k ON k.id = c.company_id"
        " WHERE run_id = :run",
        run=run.id,
    )
    assert [tuple(row) for row in asked] == [(unlucky, "again")]
    assert (why, engine.rejected(), len(engine.grants())) == ("company_absent", set(), 2)


async def test_a_company_that_failed_once_is_queried_again_before_it_is_rejected(
    engine: Engine,
) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.register.put(OTHER, holders=[JAAN])
    engine.take_on([CODE, OTHER])
    engine.register.fault("esindus", "soap_fault", times=1)

    run = await engine.sync(SyncSource.CHANGES)

    assert (run.state, run.counts["answered"], engine.rejected()) == ("finished", 2, set())


async def test_a_rejected_company_is_queried_again_by_the_next_file(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI], legal_form="XYZ")
    engine.take_on([CODE, *engine.codes()[:3]])
    await engine.sync(SyncSource.FILE)
    engine.register.put(CODE, legal_form="OÜ")  # who is on the card has not changed

    run = await engine.sync(SyncSource.FILE)

    (change,) = engine.rows("SELECT kind, state FROM sync_change WHERE run_id = :id", id=run.id)
    assert tuple(change) == ("again", "applied")
    assert Held(CODE, MARI.code, "administrator") in engine.grants()
    assert engine.rejected() == set()


async def test_a_wrong_contract_ends_nothing(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.CHECK)
    held = engine.grants()
    engine.register.fault("esindus", "wrong_contract")

    handle = await engine.start(SyncSource.CHECK)
    await until_tried_again(handle)
    meanwhile = engine.grants()
    engine.register.control("DELETE", "/faults")
    run = await engine.ended(handle)

    assert (run.state, run.counts["ended"], run.counts["unknown"]) == ("finished", 0, 0)
    assert meanwhile == engine.grants() == held


async def test_one_source_alone_cannot_make_a_company_disappear(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    held = engine.grants()
    engine.register.fault("esindus", "empty_answer", times=1)

    run = await engine.sync(SyncSource.CHECK)

    assert (run.state, run.counts["unknown"], run.counts["ended"]) == ("finished", 1, 0)
    assert [code for _, code in engine.rejected()] == ["company_absent"]
    assert engine.grants() == held


async def test_fault_2_a_company_younger_than_the_file_has_no_second_witness(
    engine: Engine,
) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    engine.register.put(CODE, holders=[MARI])
    engine.take_on([CODE])
    await engine.sync(SyncSource.CHANGES)
    held = engine.grants()
    engine.register.fault("esindus", "empty_answer", times=60)

    run = await engine.sync(SyncSource.CHECK)

    assert Held(CODE, MARI.code, "administrator") in held
    assert (run.state, run.counts["ended"]) == ("finished", 0)
    assert (CODE, "company_absent") in engine.rejected()
    assert engine.grants() == held


async def test_two_sources_that_agree_make_a_company_deleted(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    engine.register.put(CODE, status="K")
    engine.register.fault("esindus", "empty_answer", times=1)

    run = await engine.sync(SyncSource.FILE)

    assert (run.counts["vanished"], run.counts["ended"], engine.rejected()) == (1, 1, set())
    assert engine.ended_reasons() == {"company_deleted": 1}


@pytest.mark.parametrize("offset", ["-1 hour", "1 hour"])
async def test_fault_9_an_answer_is_as_old_as_the_databases_clock_says(
    idle_engine: Engine, offset: str
) -> None:
    engine = idle_engine
    engine.register.put(CODE, holders=[MARI])
    shift_clock(engine.database, offset)

    async with working(engine.settings, engine.client):
        engine.take_on([CODE])
        await engine.sync(SyncSource.CHECK)
        await engine.refresh(engine.person_id(MARI.code))

    (state,) = engine.rows(
        "SELECT clock_timestamp() - as_of AS age FROM register_state WHERE upper_inf(in_force)"
    )
    assert timedelta(0) <= state.age < timedelta(minutes=5)


@pytest.mark.settings(VOLITUS_REGISTER_PASSWORD="not-it")
async def test_a_wrong_password_refuses_the_run_at_the_first_answer(engine: Engine) -> None:
    engine.take_on(engine.codes())

    run = await engine.sync(SyncSource.CHECK)

    assert (run.state, run.reason["code"]) == ("refused", "register_credentials_refused")
    assert engine.queries() == 1


@pytest.mark.settings(**budget("35", people="5"))
async def test_when_the_days_queries_are_spent_the_run_continues_tomorrow(engine: Engine) -> None:
    engine.take_on(engine.codes())

    handle = await engine.start(SyncSource.FILE)
    await until_told(handle, "tomorrow")
    asked_today, run_today = engine.queries(), engine.run_of(handle)
    with engine.database.transaction() as session:
        session.execute(text("UPDATE register_budget SET day = day - 1"))
    await engine.skipper.fast_forward(handle, timedelta(days=1))
    run = await engine.ended(handle)

    assert (asked_today, run_today.state, run_today.counts["answered"]) == (30, "running", 30)
    assert run_today.waits_until is not None
    assert (engine.queries(), run.state, run.counts["answered"]) == (60, "finished", 60)
    assert engine.grants() == entitled(engine.companies())


@pytest.mark.settings(**budget("12", people="2"))
async def test_a_sync_leaves_queries_for_people_who_log_in(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.take_on([CODE])
    await engine.sync(SyncSource.CHECK)
    engine.take_on(engine.codes())
    handle = await engine.start(SyncSource.FILE)
    await until_told(handle, "tomorrow")

    operation, _ = await engine.refresh(engine.person_id(MARI.code))

    assert operation.state == "succeeded"
    await handle.cancel()


async def test_all_processes_together_send_one_query_at_a_time(
    engine: Engine, settings: WorkerSettings
) -> None:
    engine.register.put(CODE, holders=[MARI])
    accounts = engine.take_on(engine.codes())
    (company,) = companies_of(engine, [CODE])
    await engine.sync(SyncSource.COMPANY, str(company))
    people = [ensure_person(engine.database, person) for person in (MARI, JAAN, TIIU)]
    engine.forget_queries()

    another = await connect(
        settings.temporal.address, namespace="default", cipher=payload_keys.cipher()
    )
    async with working(settings, another):
        await asyncio.gather(
            engine.sync(SyncSource.CHECK),
            engine.sync(SyncSource.FILE),
            engine.sync(SyncSource.CHANGES),
            *(engine.refresh(person) for person in people),
        )

    stats = engine.register.control("GET", "/stats")
    assert stats["queries"]["esindus_v2"] >= 2 * len(accounts) + 3
    assert stats["at_once"] == 1


async def until_tried_again(handle: SyncHandle) -> None:
    """Wait until the activity of the run has failed once."""

    async def again() -> bool:
        pending = (await handle.describe()).raw_description.pending_activities
        return any(activity.attempt > 1 for activity in pending)

    await until(again)


def companies_of(engine: Engine, codes: list[str]) -> list[UUID]:
    rows = engine.rows("SELECT id FROM company WHERE code = ANY(:codes)", codes=codes)
    return [row.id for row in rows]
