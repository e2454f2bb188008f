"""When the register is read: each time once, late rather than never, by however many schedulers."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from activities.registry.sync_runs import Source
from dev.stack.supervised_process import RunningProgram
from dev.stack.temporal_server import temporal_server
from registry_sync.scheduler import schedule
from registry_sync.scheduler.schedule import SyncSchedule, subject_of
from runtime.temporal_client import connect
from settings.crontab import last_due, trigger_of
from tests.fixtures import payload_keys
from tests.fixtures.engine import until
from tests.fixtures.ports import free_port
from workflows.registry.register_sync import sync_id

TALLINN = ZoneInfo("Europe/Tallinn")
HOUR = timedelta(hours=1)


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
        pytest.param("30 3 * * *", "03-29 06:00", 12, "03-29 01:30", id="an-hour-that-is-not"),
        pytest.param("0 4 * * 1", "11-23 12:00", 12, "11-23 02:00", id="monday"),
        pytest.param("0 4 * * 1", "11-24 12:00", 12, None, id="no-monday"),
        pytest.param("0 4 * * 1-5", "11-23 12:00", 12, "11-23 02:00", id="a-working-day"),
        pytest.param("0 4 * * 6,7", "11-22 12:00", 12, "11-22 02:00", id="sunday-is-seven-too"),
    ],
)
def test_what_was_due_last(crontab: str, now: str, grace: int, due: str | None) -> None:
    trigger = trigger_of(crontab, TALLINN)

    found = last_due(trigger, utc(now), grace * HOUR)

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
    trigger = trigger_of("5 * * * *", TALLINN)
    looks = [utc(midnight) + number * HOUR + HOUR / 2 for number in range(hours)]

    due = [last_due(trigger, now, HOUR) for now in looks]

    assert len({subject_of(each) for each in due if each}) == hours


@pytest.fixture
def once() -> datetime:
    """A time of this test's own: the ids of runs are made of it."""
    minutes = Random(uuid4().int).randrange(10_000_000)
    return datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)


def kept(
    client: Client, times: dict[Source, str] | None = None, grace: timedelta = 12 * HOUR
) -> SyncSchedule:
    return SyncSchedule(client, str(uuid4()), times or {}, zone=TALLINN, grace=grace)


async def status(
    client: Client, source: str, scheduled: datetime
) -> WorkflowExecutionStatus | None:
    """How the run of this time is doing; it is ended, for nobody works here."""
    handle: WorkflowHandle[object, object] = client.get_workflow_handle(
        sync_id(source, subject_of(scheduled))
    )
    try:
        found = (await handle.describe()).status
    except RPCError:
        return None
    await handle.terminate()
    return found


async def test_two_schedulers_start_one_run(
    temporal: Client, temporal_address: str, once: datetime
) -> None:
    other = await connect(temporal_address, namespace="default", cipher=payload_keys.cipher())

    with capture_logs() as lines:
        await asyncio.gather(*(kept(each).start("file", once) for each in (temporal, other)))
        await kept(temporal).start("file", once)

    told = sorted(line["event"] for line in lines)
    assert told == ["sync_already_started", "sync_already_started", "sync_started"]
    assert await status(temporal, "file", once) is WorkflowExecutionStatus.RUNNING


async def test_what_was_missed_is_caught_up(temporal: Client, once: datetime) -> None:
    due = once.astimezone(TALLINN)
    times: dict[Source, str] = {
        "file": f"{due.minute} {due.hour} * * *",
        "check": f"{due.minute} {(due.hour + 2) % 24} * * *",
    }
    scheduler = kept(temporal, times)

    await scheduler.catch_up(once + HOUR)
    await scheduler.catch_up(once + HOUR)

    assert await status(temporal, "file", once) is WorkflowExecutionStatus.RUNNING
    assert await status(temporal, "check", once + 2 * HOUR) is None


async def test_a_run_is_named_after_the_time_it_was_due_at(temporal: Client) -> None:
    cleaned = asyncio.Event()

    async def clean() -> None:
        cleaned.set()

    async def started() -> bool:
        return await status(temporal, "changes", due) is not None

    due = datetime.now(UTC) - HOUR + timedelta(seconds=Random(uuid4().int).randrange(3000))
    scheduler = kept(temporal, {"changes": "0 0 1 1 *"}).scheduler({3600: clean})
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=due)
    try:
        scheduler.resume()
        await asyncio.wait_for(cleaned.wait(), 10)
        await until(started)
    finally:
        scheduler.shutdown(wait=False)


@pytest.fixture
async def late_temporal(tmp_path: Path) -> AsyncIterator[RunningProgram]:
    """A Temporal server that is not there yet."""
    server = RunningProgram(temporal_server(free_port(), tmp_path / "temporal.log"))
    yield server
    server.stop()


@pytest.mark.usefixtures("processes")
async def test_while_temporal_is_down_the_start_waits_for_it(
    late_temporal: RunningProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_RETRY", timedelta(milliseconds=50))
    command = list(late_temporal.program.command)
    address = f"127.0.0.1:{command[command.index('--port') + 1]}"
    client = await connect(address, namespace="default", cipher=payload_keys.cipher(), lazy=True)
    due = datetime.now(UTC)

    with capture_logs() as lines:
        starting = asyncio.create_task(kept(client).start("file", due))
        await until(lambda: bool(lines))
        late_temporal.start()
        await asyncio.to_thread(late_temporal.wait_until_ready, time.monotonic() + 30)
        await asyncio.wait_for(starting, 30)

    told = [line["event"] for line in lines]
    assert set(told[:-1]) == {"sync_start_failed"}
    assert told[-1] == "sync_started"
    assert await status(client, "file", due) is WorkflowExecutionStatus.RUNNING


@pytest.mark.usefixtures("processes")
async def test_a_start_that_is_later_than_the_grace_is_given_up_loudly() -> None:
    client = await connect(
        f"127.0.0.1:{free_port()}", namespace="default", cipher=payload_keys.cipher(), lazy=True
    )

    with capture_logs() as lines:
        await kept(client).start("file", datetime.now(UTC) - 13 * HOUR)

    assert [(line["event"], line["log_level"]) for line in lines] == [("sync_missed", "critical")]
