"""A worker dies while sending a code: no second SMS by itself, no lost verification."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.supervised_process import RunningProgram
from domain.numbers.verifications import DeliveryStatus
from tests.fixtures.engine import until
from tests.fixtures.number_stack import NUMBER, Numbers
from tests.fixtures.worker_process import notice, start, worker_process

OTHER = "+37255512399"


@pytest.fixture
def worker(idle_numbers: Numbers, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_numbers.variables, tmp_path) as process:
        yield process


@pytest.mark.impatient
async def test_a_worker_killed_while_sending_sends_no_second_sms(
    idle_numbers: Numbers, worker: RunningProgram
) -> None:
    numbers = idle_numbers
    for nth, number in enumerate((NUMBER, OTHER)):
        numbers.office_has(number, nth)
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.control(
        "PUT",
        "/faults",
        [
            # Held for as long as the worker lives: the gateway never does its work.
            {"source": "send", "kind": "timeout", "times": 1, "subject": NUMBER},
            {"source": "send", "kind": "delay_after", "seconds": 60, "times": 1, "subject": OTHER},
        ],
    )
    not_taken, taken = await numbers.asked(), await numbers.asked(OTHER)
    await numbers.until_faults_are_spent()
    await until(lambda: len(numbers.codes(OTHER)) == 1)

    worker.kill()
    for verification in (not_taken, taken):
        await notice(numbers.client, numbers.handle(verification))
    start(worker)
    for verification in (not_taken, taken):
        await numbers.handed_over(verification)
    known = [(await numbers.shown(each))["delivery"] for each in (not_taken, taken)]
    sent_by_itself = [numbers.codes(), numbers.codes(OTHER)]
    numbers.wait_passes(not_taken)
    await numbers.resend(not_taken)
    await numbers.bring_newest(not_taken)
    await numbers.until_shown(not_taken, state="verified")
    await numbers.gateway_reports("DELIVRD", message=0)
    after = await numbers.until_delivery(taken, DeliveryStatus.DELIVERED)
    await numbers.bring_newest(taken, OTHER)
    await numbers.until_shown(taken, state="verified")

    assert (known, [len(codes) for codes in sent_by_itself]) == (["unknown", "unknown"], [0, 1])
    assert after["state"] == "sent"
    assert (len(numbers.codes()), len(numbers.codes(OTHER))) == (1, 1)
    assert len(numbers.grants()) == 2
