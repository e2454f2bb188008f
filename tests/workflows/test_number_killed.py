"""A worker that dies while it hands a code over: no second SMS by itself, no lost verification."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.verifications import Delivery
from dev.program import Program, RunningProgram, answers
from tests.engine import until
from tests.numbers import NUMBER, Numbers
from tests.ports import free_port


@pytest.fixture
def worker(idle_numbers: Numbers, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    port = str(free_port())
    process = RunningProgram(
        Program(
            "worker",
            [sys.executable, "-m", "worker"],
            tmp_path / "worker.log",
            answers(f"http://127.0.0.1:{port}/readyz"),
            {**idle_numbers.variables, "VOLITUS_INTERNAL_PORT": port},
        )
    )
    start(process)
    yield process
    process.stop()


def start(process: RunningProgram) -> None:
    process.start()
    process.wait_until_ready(time.monotonic() + 30)


async def test_killed_before_the_gateway_took_the_sms(
    idle_numbers: Numbers, worker: RunningProgram
) -> None:
    numbers = idle_numbers
    numbers.office_has(NUMBER)
    # Held for as long as the worker lives: the gateway never does its work.
    numbers.sms.fault("send", "timeout", times=1)
    verification = await numbers.asked()
    await numbers.until_faults_are_spent()

    worker.kill()
    start(worker)
    await numbers.handed_over(verification)
    after = await numbers.shown(verification)
    sent_by_itself = numbers.codes()
    numbers.wait_passes(verification)
    await numbers.resend(verification)
    answer = await numbers.bring(verification, numbers.codes()[-1])

    assert (after["state"], after["delivery"], sent_by_itself) == ("sent", "unknown", [])
    assert (answer.json()["state"], len(numbers.codes())) == ("verified", 1)
    assert len(numbers.grants()) == 1


async def test_killed_after_the_gateway_took_the_sms(
    idle_numbers: Numbers, worker: RunningProgram
) -> None:
    numbers = idle_numbers
    numbers.office_has(NUMBER)
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.fault("send", "delay_after", seconds=60, times=1)
    verification = await numbers.asked()
    await until(lambda: len(numbers.codes()) == 1)

    worker.kill()
    start(worker)
    await numbers.handed_over(verification)
    before = (await numbers.shown(verification))["delivery"]
    await numbers.gateway_reports("DELIVRD")
    after = await numbers.until_delivery(verification, Delivery.DELIVERED)
    answer = await numbers.bring(verification, numbers.codes()[-1])

    assert (before, after["state"]) == ("unknown", "sent")
    assert (answer.json()["state"], len(numbers.codes())) == ("verified", 1)
    assert len(numbers.grants()) == 1
