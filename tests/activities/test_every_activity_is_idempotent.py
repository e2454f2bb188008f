"""Every activity may run twice: Temporal cannot know whether one that went silent was done."""

import functools
from collections.abc import AsyncIterator

import pytest
from temporalio import activity

from domain.registry.sync import SyncSource
from tests.builders.people import JAAN, MARI
from tests.fixtures.engine import Engine, Held, until_told
from tests.fixtures.engine_plugin import Activity, working
from tests.oracles.entitlements import entitled

CODE = "19000014"


def done_twice(work: Activity) -> Activity:
    """Run an activity twice, as if its first answer had been lost."""
    definition = activity._Definition.must_from_callable(work)

    @activity.defn(name=definition.name)
    @functools.wraps(work, updated=())
    def again(argument: object) -> object:
        work(argument)
        return work(argument)

    return again


@pytest.fixture
async def twice(idle_engine: Engine) -> AsyncIterator[Engine]:
    """An engine whose worker does everything twice."""
    async with working(idle_engine.settings, idle_engine.client, done_twice):
        yield idle_engine


def events(engine: Engine) -> dict[str, int]:
    rows = engine.rows("SELECT kind, count(*) AS n FROM event GROUP BY kind")
    return {row.kind: row.n for row in rows if row.kind.startswith(("grant", "sync"))}


async def test_a_file_read_twice_is_read_once(twice: Engine) -> None:
    twice.register.put(CODE, holders=[MARI], legal_form="XYZ")
    twice.take_on([CODE, *twice.codes()])

    run = await twice.sync(SyncSource.FILE)

    assert (run.state, run.counts["answered"], run.counts["applied"]) == ("finished", 60, 60)
    assert twice.grants() == entitled(c for c in twice.companies() if c["code"] != CODE)
    assert events(twice) == {"grant:started": len(twice.grants())}
    assert run.counts["started"] == len(twice.grants())


async def test_a_decision_recorded_twice_is_one_decision(twice: Engine) -> None:
    twice.take_on(twice.codes())
    await twice.sync(SyncSource.CHANGES)
    await twice.sync(SyncSource.CHECK)
    before = len(twice.grants())
    leaving = [{"code": code, "holders": []} for code in twice.codes()[:40]]
    twice.register.control("POST", "/companies", leaving)

    handle = await twice.start(SyncSource.CHANGES)
    await until_told(handle, "Held")
    await twice.decide(handle, "release")
    run = await twice.ended(handle)

    assert run.counts["ended"] == before - len(twice.grants())
    assert events(twice) == {
        "grant:started": before,
        "grant:ended": before - len(twice.grants()),
        "sync:held": 1,
        "sync:released": 1,
    }


async def test_a_person_queried_twice_is_granted_once(twice: Engine) -> None:
    twice.register.put(CODE, holders=[MARI])
    twice.take_on([CODE])
    await twice.sync(SyncSource.CHECK)
    twice.register.put(CODE, holders=[JAAN])

    operation, _ = await twice.refresh(twice.person_id(MARI.code))

    assert operation.state == "succeeded"
    assert twice.grants() == {Held(CODE, JAAN.code, "administrator")}
    assert events(twice) == {"grant:started": 2, "grant:ended": 1}


async def test_a_run_refused_twice_is_refused_once(twice: Engine) -> None:
    twice.register.fault("open_data", "truncated_file")

    run = await twice.sync(SyncSource.FILE)

    assert (run.state, events(twice)) == ("refused", {"sync:refused": 1})
