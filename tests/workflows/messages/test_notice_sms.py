"""A notice leaves by SMS: once, not in quiet hours, and never silently not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row

from dev.stack.supervised_process import RunningProgram
from domain.provisioning.steps import Decision
from storage.messages.sms import sms_id
from storage.ops import decisions
from storage.ops.decisions import NewDecision
from tests.builders.rows import ENGINE, carry_out, rows
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.notice_stack import delivery, handle, is_open, is_running, over, told
from tests.fixtures.number_stack import NUMBER, Numbers
from tests.fixtures.worker_process import notice, start, worker_process

AWAKE = {"VOLITUS_NOTICE_QUIET_FROM": "08:00", "VOLITUS_NOTICE_QUIET_UNTIL": "08:00"}
"""No quiet hours."""
ASLEEP = {"VOLITUS_NOTICE_QUIET_FROM": "11:00", "VOLITUS_NOTICE_QUIET_UNTIL": "23:00"}
"""Quiet hours, in which the test runs: it begins at noon."""
awake, asleep = pytest.mark.settings(**AWAKE), pytest.mark.settings(**ASLEEP)


def texts(numbers: Numbers) -> list[str]:
    return [message["text"] for message in numbers.sms.outbox(NUMBER)]


async def until_stuck(numbers: Numbers, notice_id: UUID) -> Row[Any]:
    def found() -> list[Row[Any]]:
        listed = "SELECT * FROM stuck WHERE process_id = :id AND state = 'stuck'"
        return rows(numbers.database, listed, id=notice_id)

    await until(lambda: bool(found()))
    (item,) = found()
    return item


def decide(numbers: Numbers, item: Row[Any], decision: Decision) -> None:
    with numbers.database.transaction() as session:
        decisions.decide(session, item.id, NewDecision(decision, item.version, ENGINE, "so"))


@awake
async def test_deleg_14_a_notice_is_sent_by_sms_once(numbers: Numbers) -> None:
    id_ = told(numbers)

    await until(lambda: not is_open(numbers, id_))

    assert texts(numbers) == ["Access was revoked"]
    assert delivery(numbers, id_) in {"accepted", "sent", "delivered"}


@awake
async def test_deleg_14_the_gateways_reports_are_recorded(numbers: Numbers) -> None:
    id_ = told(numbers)

    await until(lambda: delivery(numbers, id_) == "delivered")

    (row,) = rows(numbers.database, "SELECT * FROM sms")
    assert (row.id, row.verification_id, row.digest) == (sms_id(id_), None, None)


@asleep
async def test_deleg_14_in_quiet_hours_nothing_is_sent_until_they_are_over(
    numbers: Numbers,
) -> None:
    id_ = told(numbers)
    await until(lambda: is_running(numbers, id_))
    waiting = handle(numbers, id_)

    async def sleeps() -> bool:
        history = await waiting.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events)

    await until(sleeps)

    (timer,) = [
        event.timer_started_event_attributes
        for event in (await waiting.fetch_history()).events
        if event.HasField("timer_started_event_attributes")
    ]
    left = timer.start_to_fire_timeout.ToTimedelta()
    assert timedelta(hours=9) < left <= timedelta(hours=11)
    assert (texts(numbers), is_open(numbers, id_)) == ([], True)


@awake
async def test_deleg_14_what_was_read_before_is_not_sent(idle_numbers: Numbers) -> None:
    id_ = told(idle_numbers)
    carry_out(idle_numbers.database, "UPDATE notice SET read_at = now()")

    async with working(idle_numbers.settings, idle_numbers.client):
        await until(lambda: not is_open(idle_numbers, id_))

    assert texts(idle_numbers) == []


@awake
async def test_deleg_14_what_the_gateway_refuses_is_stuck_and_sent_on_a_decision(
    numbers: Numbers,
) -> None:
    numbers.sms.fault("send", "refuse", times=1)
    id_ = told(numbers)
    item = await until_stuck(numbers, id_)
    before = texts(numbers)

    decide(numbers, item, Decision.RETRY)
    await over(numbers, id_)

    assert (before, texts(numbers)) == ([], ["Access was revoked"])
    assert set(item.allowed_decisions) == {Decision.RETRY, Decision.SKIP}
    assert not is_open(numbers, id_)


@pytest.fixture
def worker(idle_numbers: Numbers, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_numbers.variables, tmp_path) as process:
        yield process


@awake
async def test_deleg_14_a_worker_killed_while_sending_sends_no_second_sms(
    idle_numbers: Numbers, worker: RunningProgram
) -> None:
    numbers = idle_numbers
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    # Held for as long as the worker lives: the gateway has it, and its answer is lost.
    lost = {"source": "send", "kind": "delay_after", "seconds": 60, "times": 1}
    numbers.sms.control("PUT", "/faults", [lost])
    id_ = told(numbers)
    await until(lambda: len(texts(numbers)) == 1)

    worker.kill()
    await notice(numbers.client, handle(numbers, id_))
    start(worker)
    await until_stuck(numbers, id_)
    known = delivery(numbers, id_)
    await numbers.gateway_reports("DELIVRD", message=0)
    await over(numbers, id_)

    assert known == "unknown"
    assert (texts(numbers), delivery(numbers, id_)) == (["Access was revoked"], "delivered")
    assert not is_open(numbers, id_)
