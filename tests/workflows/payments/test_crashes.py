"""bill.3: workers that die in the middle of a payment; billing has each payment once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from dev.stack.supervised_process import RunningProgram
from domain.processes import payment_id
from services.payments import statements
from tests.builders.rows import ENGINE
from tests.fixtures.engine import until
from tests.fixtures.payment_stack import PaymentStack
from tests.fixtures.worker_process import notice, start, worker_process


@pytest.fixture
def worker(idle_payments: PaymentStack, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_payments.variables, tmp_path) as process:
        yield process


async def revive(stack: PaymentStack, worker: RunningProgram, workflow_id: str) -> None:
    worker.kill()
    stack.billing.control("DELETE", "/faults")
    stack.banks.control("DELETE", "/faults")
    start(worker)
    await notice(stack.temporal, stack.temporal.get_workflow_handle(workflow_id))


@pytest.mark.parametrize("kind", ["delay", "delay_after"], ids=["before", "after"])
async def test_bill_3_a_worker_that_dies_while_it_books_books_once(
    idle_payments: PaymentStack, worker: RunningProgram, kind: str
) -> None:
    """Before billing has it, and after: then it is asked, and has it already."""
    stack = idle_payments
    payment = stack.start()
    stack.banks.press(stack.come(payment), "pay")
    stack.billing.fault(kind, "payment", seconds=600)
    await stack.read_statements()
    sending = "SELECT FROM step WHERE process_id = :id AND state = 'sending'"
    await until(lambda: bool(stack.rows(sending, id=UUID(payment["id"]))))
    if kind == "delay_after":
        await until(lambda: len(stack.paid_at_billing()) == 1)

    await revive(stack, worker, payment_id(UUID(payment["id"]), 0))
    await stack.booked(payment["id"])

    assert len(stack.paid_at_billing()) == 1


async def test_bill_3_a_worker_that_dies_while_it_waits_for_the_bank_misses_nothing(
    idle_payments: PaymentStack, worker: RunningProgram
) -> None:
    stack = idle_payments
    payment = stack.start()
    page = stack.come(payment)
    running = "SELECT FROM process WHERE id = :id AND started_at IS NOT NULL"
    await until(lambda: bool(stack.rows(running, id=UUID(payment["id"]))))
    worker.kill()
    stack.banks.press(page, "pay")
    await stack.reaches(payment["id"], "accepted")

    start(worker)
    await stack.read_statements()
    await stack.booked(payment["id"])

    assert len(stack.paid_at_billing()) == 1


async def test_bill_3_a_worker_that_dies_while_it_reads_statements_reads_each_line_once(
    idle_payments: PaymentStack, worker: RunningProgram
) -> None:
    stack = idle_payments
    payment = stack.start()
    stack.banks.press(stack.come(payment), "pay")
    await stack.reaches(payment["id"], "accepted")
    stack.banks.fault("statements", "delay", seconds=600)
    operation = await statements.request(stack.engine, UUID(int=5), ENGINE)
    asked = "SELECT FROM operation WHERE id = :id AND state = 'running'"
    await until(lambda: bool(stack.rows(asked, id=operation.id)))

    await revive(stack, worker, f"bank_statement/{operation.id}")
    await stack.booked(payment["id"])

    assert len(stack.rows("SELECT FROM bank_entry")) == 1
    assert len(stack.paid_at_billing()) == 1
