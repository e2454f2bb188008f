"""Scheduled reading of the register: each time once, and late rather than never."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL
from structlog.testing import capture_logs
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from domain.processes import sync_id
from domain.registry.sync import SyncSource, SyncState
from registry_sync.scheduler import schedule
from registry_sync.scheduler.schedule import Schedule, Timed, subject_of
from runtime.temporal_client import connect
from services.engine import Engine
from services.registry.start_sync import start_sync
from settings.crontab import Crontab
from storage.database import Database
from storage.registry import sync_runs
from tests.builders.rows import rows
from tests.fixtures import payload_keys
from tests.fixtures.engine import until
from tests.fixtures.patience import PATIENCE
from tests.fixtures.ports import free_port

TALLINN = ZoneInfo("Europe/Tallinn")
HOUR = timedelta(hours=1)


def read_only(url: URL) -> str:
    changed = url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    return changed.render_as_string(hide_password=False)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+00:00")


@pytest.mark.parametrize(
    ("crontab", "now", "grace", "due"),
    [
        pytest.param("30 5 * * *", "11-23 03:30", 12, "11-23 03:30", id="just-now"),
        pytest.param("30 5 * * *", "11-23 03:29", 12, None, id="a-minute-early"),
        pytest.param("30 5 * * *", "11-23 15:30", 12, "11-23 03:30", id="as-late-as-the-grace"),
        pytest.param("30 5 * * *", "11-23 15:31", 12, None, id="later-than-the-grace"),
        pytest.param("5 * * * *", "11-23 03:30", 12, "11-23 03:05", id="only-the-newest-hour"),
        pytest.param("0 2 * * *", "07-01 05:00", 12, "06-30 23:00", id="summer-time"),
        pytest.param("0 2 * * *", "12-01 05:00", 12, "12-01 00:00", id="winter-time"),
        pytest.param("30 3 * * *", "03-29 06:00", 12, "03-29 01:00", id="an-hour-that-is-not"),
        pytest.param("0 4 * * 1", "11-23 12:00", 12, "11-23 02:00", id="monday"),
        pytest.param("0 4 * * 1", "11-24 12:00", 12, None, id="no-monday"),
        pytest.param("0 4 * * 1-5", "11-23 12:00", 12, "11-23 02:00", id="a-working-day"),
        pytest.param("0 4 * * 6,7", "11-22 12:00", 12, "11-22 02:00", id="sunday-is-seven-too"),
    ],
)
def test_the_last_due_time_of_a_crontab(
    crontab: str, now: str, grace: int, due: str | None
) -> None:
    found = Crontab.parse(crontab, TALLINN).last_due(utc(now), grace * HOUR)

    assert found == (utc(due) if due else None)


@pytest.mark.parametrize(
    ("midnight", "hours"),
    [
        pytest.param("03-28 22:00", 23, id="clocks-go-forward"),
        pytest.param("10-24 21:00", 25, id="clocks-go-back"),
        pytest.param("11-22 22:00", 24, id="any-other-day"),
    ],
)
def test_every_hour_of_a_day_is_a_run_of_its_own(midnight: str, hours: int) -> None:
    crontab = Crontab.parse("5 * * * *", TALLINN)
    looks = [utc(midnight) + number * HOUR + HOUR / 2 for number in range(hours)]

    due = [crontab.last_due(now, HOUR) for now in looks]

    assert len({subject_of(each) for each in due if each}) == hours


@pytest.fixture
def once() -> datetime:
    """A time of this test's own: the ids of runs are made of it."""
    minutes = Random(uuid4().int).randrange(10_000_000)
    return datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)


def kept(
    database: Database, client: Client, times: dict[SyncSource, str] | None = None
) -> Schedule:
    engine = Engine(database, client, str(uuid4()))
    timed = {
        str(source): Timed(
            (times or {}).get(source, ""), TALLINN, partial(start_sync, engine, source)
        )
        for source in SyncSource
    }
    return Schedule(timed, grace=12 * HOUR)


async def status(
    client: Client, source: SyncSource, scheduled: datetime
) -> WorkflowExecutionStatus | None:
    """Return the status of the run of this time, and end it, since no worker runs here."""
    handle: WorkflowHandle[object, object] = client.get_workflow_handle(
        sync_id(source, subject_of(scheduled))
    )
    try:
        found = (await handle.describe()).status
    except RPCError:
        return None
    await handle.terminate()
    return found


def subjects(database: Database) -> list[str]:
    return [row.subject for row in rows(database, "SELECT subject FROM sync_run")]


async def test_two_schedulers_start_one_run(
    database: Database, temporal: Client, temporal_address: str, once: datetime
) -> None:
    other = await connect(temporal_address, namespace="default", cipher=payload_keys.cipher())

    await asyncio.gather(
        *(kept(database, each).start(SyncSource.FILE, once) for each in (temporal, other))
    )
    await kept(database, temporal).start(SyncSource.FILE, once)

    assert subjects(database) == [subject_of(once)]
    assert await status(temporal, SyncSource.FILE, once) is WorkflowExecutionStatus.RUNNING


async def test_a_run_that_has_ended_is_not_started_again(
    database: Database, temporal: Client, once: datetime
) -> None:
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, subject_of(once))
        sync_runs.end_run(session, run_id, SyncState.FINISHED)

    await kept(database, temporal).start(SyncSource.FILE, once)

    assert await status(temporal, SyncSource.FILE, once) is None


async def test_a_missed_run_is_caught_up(
    database: Database, temporal: Client, once: datetime
) -> None:
    due = once.astimezone(TALLINN)
    times = {
        SyncSource.FILE: f"{due.minute} {due.hour} * * *",
        SyncSource.CHECK: f"{due.minute} {(due.hour + 2) % 24} * * *",
    }
    scheduler = kept(database, temporal, times)

    await scheduler.catch_up(once + HOUR)
    await scheduler.catch_up(once + HOUR)

    assert await status(temporal, SyncSource.FILE, once) is WorkflowExecutionStatus.RUNNING
    assert await status(temporal, SyncSource.CHECK, once + 2 * HOUR) is None


async def test_a_run_is_named_after_the_time_it_was_due_at(
    database: Database, temporal: Client
) -> None:
    cleaned = asyncio.Event()

    async def clean() -> None:
        cleaned.set()

    async def started() -> bool:
        return await status(temporal, SyncSource.CHANGES, due) is not None

    # A minute of the last hour: the time at which this crontab was due last.
    minutes = 2 + Random(uuid4().int).randrange(50)
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes)
    times = {SyncSource.CHANGES: f"{due.minute} * * * *"}
    scheduler = kept(database, temporal, times).scheduler({3600: clean})
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=due)
    try:
        scheduler.resume()
        await asyncio.wait_for(cleaned.wait(), PATIENCE)
        await until(started)
    finally:
        scheduler.shutdown(wait=False)


async def nowhere() -> Client:
    return await connect(
        f"127.0.0.1:{free_port()}", namespace="default", cipher=payload_keys.cipher(), lazy=True
    )


async def test_while_temporal_is_down_the_run_is_left_to_a_worker(database: Database) -> None:
    due = datetime.now(UTC)

    with capture_logs() as lines:
        await kept(database, await nowhere()).start(SyncSource.FILE, due)

    assert lines[-1]["event"] == "run_start_postponed"
    (process,) = rows(database, "SELECT workflow_id, started_at FROM process")
    assert process.workflow_id == sync_id(SyncSource.FILE, subject_of(due))
    assert process.started_at is None


@pytest.mark.parametrize("is_standby", [False, True], ids=["away", "standby"])
async def test_while_the_database_is_down_the_start_waits_for_it(
    database: Database,
    temporal: Client,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_standby: bool,
) -> None:
    monkeypatch.setattr(schedule, "_RETRY", timedelta(milliseconds=50))
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere")
    if is_standby:  # as during a failover
        away = Database(read_only(database.engine.url))
    keeper = kept(away, temporal)
    # Within the grace, and of this test's own: the ids of runs are made of it.
    due = datetime.now(UTC) - timedelta(minutes=Random(uuid4().int).randrange(600))

    with capture_logs() as lines:
        starting = asyncio.create_task(keeper.start(SyncSource.FILE, due))
        await until(lambda: bool(lines))
        keeper._starts[SyncSource.FILE] = partial(
            start_sync, Engine(database, temporal, str(uuid4())), SyncSource.FILE
        )
        await asyncio.wait_for(starting, PATIENCE)
    away.close()

    events = [line["event"] for line in lines]
    assert set(events[:-1]) == {"run_start_failed"}
    assert events[-1] == "run_started"
    assert await status(temporal, SyncSource.FILE, due) is WorkflowExecutionStatus.RUNNING


async def test_a_start_that_is_later_than_the_grace_is_given_up_loudly(temporal: Client) -> None:
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere")

    with capture_logs() as lines:
        await kept(away, temporal).start(SyncSource.FILE, datetime.now(UTC) - 13 * HOUR)

    assert [(line["event"], line["log_level"]) for line in lines] == [("run_missed", "critical")]
