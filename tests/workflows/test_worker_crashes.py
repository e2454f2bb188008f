"""A worker dies in the middle: another continues, and every effect happens once."""

import random
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from sqlalchemy import text

from dev.stack.supervised_process import RunningProgram
from domain.registry.sync import SyncSource
from tests.clients.register_client import published
from tests.fixtures.engine import Engine, SyncHandle, until, until_told
from tests.fixtures.worker_process import notice, start, worker_process
from tests.oracles.entitlements import entitled

_MB = 1 << 20


@pytest.fixture
def worker(variables: dict[str, str], tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(variables, tmp_path) as process:
        yield process


async def crash_and_restart(engine: Engine, worker: RunningProgram, handle: SyncHandle) -> None:
    worker.kill()
    await notice(engine.client, handle)
    start(worker)


def events(engine: Engine, kind: str) -> int:
    found: int = engine.row("SELECT count(*) AS n FROM event WHERE kind = :kind", kind=kind).n
    return found


def faults_left(engine: Engine) -> int:
    return len(engine.register.control("GET", "/faults"))


async def test_a_worker_killed_while_querying_repeats_no_answered_query(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    engine = idle_engine
    engine.take_on(engine.codes())
    hangs_at_21 = [
        {"source": "esindus", "kind": "delay", "seconds": 0, "times": 20},
        {"source": "esindus", "kind": "timeout", "times": 1},
    ]
    engine.register.control("PUT", "/faults", hangs_at_21)
    handle = await engine.start(SyncSource.FILE)
    await until(lambda: faults_left(engine) == 0)

    await crash_and_restart(engine, worker, handle)
    run = await engine.ended(handle)

    assert (run.state, run.counts["answered"], engine.queries()) == ("finished", 60, 61)
    assert engine.grants() == entitled(engine.companies())
    assert events(engine, "grant:started") == len(engine.grants())


@pytest.mark.settings(VOLITUS_SYNC_BATCH="5")
async def test_a_worker_killed_while_applying_gives_each_grant_once(
    idle_engine: Engine, worker: RunningProgram
) -> None:
    engine = idle_engine
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.CHECK)
    before = engine.grants()
    leaving = [{"code": code, "holders": []} for code in engine.codes()[:30]]
    engine.register.control("POST", "/companies", leaving)
    handle = await engine.start(SyncSource.CHECK)
    await until_told(handle, "Held")

    # The batch of the thirtieth company cannot be finished as long as somebody holds its answer.
    run_id = engine.run_of(handle).id
    with engine.database.transaction() as session:
        session.execute(
            text(
                "SELECT * FROM sync_change WHERE run_id = :run AND company_id = (SELECT company_id"
                " FROM sync_change WHERE run_id = :run ORDER BY company_id LIMIT 1 OFFSET 29)"
                " FOR UPDATE"
            ),
            {"run": run_id},
        )
        await engine.decide(handle, "release")
        await until(lambda: engine.run_of(handle).counts.get("applied") == 25)
        worker.kill()
    await notice(engine.client, handle)
    start(worker)
    run = await engine.ended(handle)

    ended = before - engine.grants()
    assert (run.state, run.counts["applied"], run.counts["ended"]) == ("finished", 60, len(ended))
    assert engine.grants() == entitled(engine.companies())
    assert events(engine, "grant:ended") == len(ended)
    assert events(engine, "sync:released") == 1


async def test_a_worker_killed_while_downloading_resumes_the_download(
    idle_engine: Engine, worker: RunningProgram, tmp_path: Path
) -> None:
    engine = idle_engine
    engine.take_on(engine.codes()[:3])
    size = enlarge_file(engine, tmp_path / "register")
    # The first attempt gets half of the file, the second is hanging when the worker dies.
    cut_then_hang = [
        {"source": "open_data", "kind": "cut", "times": 1},
        {"source": "open_data", "kind": "timeout", "times": 1},
    ]
    engine.register.control("PUT", "/faults", cut_then_hang)
    handle = await engine.start(SyncSource.FILE)
    await until(lambda: faults_left(engine) == 0)

    await crash_and_restart(engine, worker, handle)
    run = await engine.ended(handle)

    stats = engine.register.control("GET", "/stats")
    assert (run.state, stats["queries"]["open_data_206"]) == ("finished", 1)
    assert stats["bytes_sent"] < size + _MB
    assert engine.grants()


def enlarge_file(engine: Engine, folder: Path) -> int:
    """Give the published file some megabytes that nobody reads; gives its new size."""
    engine.register.records()  # publishes it
    file = published(folder)
    with ZipFile(file, "a", ZIP_STORED) as archive:
        archive.writestr("padding.bin", random.Random(1).randbytes(4 * _MB))
    engine.forget_queries()
    return file.stat().st_size
