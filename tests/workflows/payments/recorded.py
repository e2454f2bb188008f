"""Stories of payments whose histories are recorded: each way in which a process of them ends."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from domain.payments.steps import book_step
from domain.processes import payment_id
from domain.provisioning.steps import Decision
from tests.builders.billed import COMPANY
from tests.builders.rows import rows
from tests.fixtures.payment_stack import PaymentStack


async def payment_booked(stack: PaymentStack) -> str:
    payment = stack.start()
    stack.banks.press(stack.come(payment), "pay")
    await stack.reaches(payment["id"], "accepted")
    await stack.read_statements()
    return await _over(stack, payment)


async def payment_cancelled(stack: PaymentStack) -> str:
    payment = stack.start()
    stack.banks.press(stack.come(payment), "cancel")
    return await _over(stack, payment)


async def payment_booking_aborted(stack: PaymentStack) -> str:
    stack.billing.fault("refuse", "payment")
    payment = stack.start()
    stack.banks.press(stack.come(payment), "pay")
    await stack.read_statements()
    stored = stack.stored(payment["id"])
    step = book_step(stored.process_id, COMPANY.id)
    await stack.decide(payment["id"], step, Decision.ABORT)
    return await _over(stack, payment)


async def payment_refunded(stack: PaymentStack) -> str:
    payment = stack.start()
    page = stack.come(payment)
    stack.banks.press(page, "pay")
    await stack.read_statements()
    await stack.booked(payment["id"])
    stack.banks.control("POST", f"/payments/{page.payment}/return")
    await stack.read_statements()
    await stack.over(payment["id"])
    process_id = stack.stored(payment["id"]).process_id
    (row,) = rows(stack.database, "SELECT workflow_id FROM process WHERE id = :id", id=process_id)
    await stack.temporal.get_workflow_handle(row.workflow_id).result()
    return str(row.workflow_id)


async def statements_read(stack: PaymentStack) -> str:
    stack.banks.press(stack.come(stack.start()), "pay")
    operation = await stack.read_statements()
    return f"bank_statement/{operation.id}"


async def _over(stack: PaymentStack, payment: dict[str, Any]) -> str:
    await stack.over(payment["id"])
    workflow_id = payment_id(UUID(payment["id"]), 0)
    await stack.temporal.get_workflow_handle(workflow_id).result()
    return workflow_id


PAYMENT_STORIES: tuple[Callable[[PaymentStack], Awaitable[str]], ...] = (
    payment_booked,
    payment_cancelled,
    payment_booking_aborted,
    payment_refunded,
    statements_read,
)
