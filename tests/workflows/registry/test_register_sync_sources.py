"""The other sources of a run: the change list, the nightly check, a new customer."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from temporalio.common import WorkflowIDReusePolicy

from domain.registry.sync import SyncSource
from registry_sync.estonia.representation import TALLINN
from tests.builders.people import JAAN, KATI, MARI
from tests.fixtures.engine import Engine, Held
from tests.oracles.entitlements import entitled

CODE, OTHER = "19000014", "19000020"


def yesterday() -> str:
    """Return the last whole day of the register, whose clock is Tallinn's."""
    return (datetime.now(TALLINN).date() - timedelta(days=1)).isoformat()


async def test_the_change_list_names_the_companies_to_query(engine: Engine) -> None:
    customers = engine.codes()[:10]
    engine.take_on(customers)
    await engine.sync(SyncSource.CHECK)
    engine.register.put(customers[0], holders=[MARI])
    engine.register.put(OTHER, holders=[JAAN])  # no customer

    days_before = [yesterday()]
    run = await engine.sync(SyncSource.CHANGES)
    days_before.append(yesterday())

    assert (run.state, run.counts["listed"], run.counts["to_query"]) == ("finished", 2, 1)
    assert engine.grants() == entitled(c for c in engine.companies() if c["code"] in customers)
    assert engine.row("SELECT cursor FROM feed_cursor").cursor in days_before


async def test_the_same_change_is_queried_once(engine: Engine) -> None:
    engine.take_on([CODE])
    engine.register.put(CODE, holders=[MARI])
    await engine.sync(SyncSource.CHANGES)
    engine.forget_queries()

    run = await engine.sync(SyncSource.CHANGES)

    assert (run.state, run.counts["listed"], run.counts["to_query"]) == ("finished", 1, 0)
    assert engine.queries() == 0


async def test_a_company_with_another_change_on_the_same_day_is_queried_again(
    engine: Engine,
) -> None:
    engine.take_on([CODE, OTHER])
    engine.register.put(CODE, holders=[MARI])
    engine.register.put(OTHER, holders=[KATI])
    await engine.sync(SyncSource.CHANGES)
    engine.register.put(CODE, holders=[JAAN])

    run = await engine.sync(SyncSource.CHANGES)

    assert (run.counts["listed"], run.counts["to_query"]) == (2, 1)
    assert engine.grants() == {
        Held(CODE, JAAN.code, "administrator"),
        Held(OTHER, KATI.code, "administrator"),
    }


async def test_a_new_customer_is_queried_with_the_next_source(
    engine: Engine,
) -> None:
    first, second = engine.codes()[:2]
    await engine.sync(SyncSource.FILE)
    engine.take_on([first])

    same_file = await engine.sync(SyncSource.FILE)
    engine.take_on([second])
    no_news = await engine.sync(SyncSource.CHANGES)

    assert (same_file.state, same_file.counts["to_query"]) == ("finished", 1)
    assert (no_news.state, no_news.counts["to_query"]) == ("finished", 1)
    assert engine.grants() == entitled(engine.companies()[:2])


async def test_a_quiet_day_is_believed_only_when_the_register_answers(engine: Engine) -> None:
    engine.take_on([CODE])
    engine.register.put(CODE, holders=[MARI])
    engine.register.control(
        "PUT",
        "/faults",
        [
            {"source": "change_list", "kind": "empty_answer", "times": 3},
            {"source": "esindus", "kind": "wrong_contract", "times": 1},
        ],
    )

    run = await engine.sync(SyncSource.CHANGES, skip=True)

    assert (run.state, run.counts["to_query"]) == ("finished", 1)
    assert engine.grants() == {Held(CODE, MARI.code, "administrator")}


async def test_the_nightly_check_queries_every_customer(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.take_on([CODE, *engine.codes()[:20]])
    with engine.database.transaction() as session:
        session.execute(
            text("UPDATE account SET status = 'closed' WHERE reference = :reference"),
            {"reference": f"R-{engine.codes()[0]}"},
        )

    run = await engine.sync(SyncSource.CHECK)

    customers = {CODE, *engine.codes()[1:20]}
    assert (run.counts["to_query"], engine.queries()) == (20, 20)
    assert engine.grants() == entitled(c for c in engine.companies() if c["code"] in customers)


async def test_a_new_customer_alone_is_queried_about(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.take_on([CODE, *engine.codes()])
    company = engine.row("SELECT id FROM company WHERE code = :code", code=CODE).id

    run = await engine.sync(SyncSource.COMPANY, str(company))

    assert (run.state, engine.queries()) == ("finished", 1)
    assert engine.grants() == {Held(CODE, MARI.code, "administrator")}


async def test_a_run_is_carried_out_once(engine: Engine) -> None:
    engine.take_on(engine.codes()[:3])
    subject = str(uuid4())
    first = await engine.start(SyncSource.CHECK, subject)
    row = await engine.ended(first)
    engine.forget_queries()

    second = await engine.start(
        SyncSource.CHECK, subject, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE
    )

    assert await second.result() == "repeated"
    assert (engine.queries(), engine.run_of(second)) == (0, row)
