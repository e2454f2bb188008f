"""order.5: a cancel and a point of no return at once: one of them comes first, for both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.orders.states import OrderState
from domain.orders.tasks import CancelTaskState
from domain.provisioning.steps import Answer, Done
from storage.database import unless_deadlocked
from storage.orders import cancelling
from storage.orders.cancel_tasks import NewCancelTask
from storage.provisioning import undoing
from tests.builders.interleavings import meet
from tests.builders.orders import CLIENT, PORTAL, Orders, of
from tests.builders.rows import carry_out, wait_until_blocked
from tests.fixtures.patience import PATIENCE

S = OrderState
TASK = UUID(int=7)


def begun(orders: Orders) -> UUID:
    """An order that is about to pass its point of no return."""
    order = orders.begun(of(0))
    orders.attempt(order, "set.1")
    return order


def request(orders: Orders, order: UUID) -> Callable[..., None]:
    new = NewCancelTask(TASK, order, CLIENT, "", {}, None)
    return lambda session: cancelling.request(session, new, PORTAL)


def test_order_5_what_is_cancelled_first_is_never_sent(orders: Orders) -> None:
    order = begun(orders)

    with ThreadPoolExecutor() as threads:
        with orders.database.transaction() as session:
            request(orders, order)(session)
            sent = threads.submit(orders.attempt, order, "bill.1")
            wait_until_blocked(orders.database)
        outcome = sent.result(PATIENCE)

    assert outcome is not None
    assert outcome.kind is OutcomeKind.ABORTED
    assert orders.harness.row(orders.step(order, "bill.1")).attempts == 0
    orders.attempt(order, "undo-set.1")
    orders.end(order)
    assert orders.state(order) is S.CANCELLED


def test_order_5_what_is_on_its_way_is_found_out_and_a_cancel_that_came_too_late_is_denied(
    orders: Orders,
) -> None:
    order = begun(orders)

    def cancelled_meanwhile() -> Answer:
        orders.cancel(order)
        assert orders.state(order) is S.ASSESSING_CANCELLATION
        return Done()

    orders.attempt(order, "bill.1", cancelled_meanwhile)
    orders.end(order)

    assert orders.state(order) is S.COMPLETED
    assert orders.passed(order)[-3:] == ["assessingCancellation", "inProgress", "completed"]


@pytest.mark.parametrize("round_", range(5))
def test_order_5_a_cancel_and_a_point_of_no_return_at_once_never_both_count(
    orders: Orders, round_: int
) -> None:
    order = begun(orders)
    at_once = Barrier(2)

    def attempt() -> Outcome | None:
        at_once.wait(PATIENCE)
        return orders.attempt(order, "bill.1")

    def cancel() -> UUID:
        at_once.wait(PATIENCE)
        return unless_deadlocked(partial(orders.cancel, order)).id

    with ThreadPoolExecutor() as threads:
        sent, asked = threads.submit(attempt), threads.submit(cancel)
        outcome, task_id = sent.result(PATIENCE), asked.exception(PATIENCE) or asked.result()
    is_done = outcome is not None and outcome.kind is OutcomeKind.DONE
    if not is_done:
        orders.attempt(order, "undo-set.1")
    assert orders.end(order)

    undone = orders.harness.row(orders.step(order, "set.1")).state == "undone"
    assert (orders.state(order), undone) == (
        (S.COMPLETED, False) if is_done else (S.CANCELLED, True)
    )
    if isinstance(task_id, UUID):
        task = orders.task(task_id)
        assert task.state is CancelTaskState.DONE
        assert (task.effective_at is None) is is_done
    else:
        assert isinstance(task_id, cancelling.OrderOver)
        assert is_done


def test_order_5_a_cancel_that_has_become_due_waits_for_the_answer_of_a_step(
    orders: Orders,
) -> None:
    """It takes its locks in the order of an answer: neither of them is rolled back."""
    order = begun(orders)
    task = orders.cancel(order, at=datetime.now(UTC) + timedelta(days=1))
    carry_out(orders.database, "UPDATE order_cancel SET requested_at = now()")

    def assess(_: object) -> int:
        with orders.database.transaction() as session:
            return cancelling.assess_due(session)

    with ThreadPoolExecutor() as threads:
        with orders.database.transaction() as session:
            undoing.lock_steps(session, order)
            assessed = threads.submit(assess, None)
            wait_until_blocked(orders.database)
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            lock = "SELECT id FROM order_cancel WHERE order_id = :id FOR UPDATE"
            session.execute(text(lock), {"id": order}).all()
        assert assessed.result(PATIENCE) == 1

    assert orders.task(task.id).state is CancelTaskState.DONE


def test_order_5_a_cancel_that_is_due_is_assessed_once_by_two_sweeps(orders: Orders) -> None:
    order = begun(orders)
    orders.cancel(order, at=datetime.now(UTC) + timedelta(days=1))
    carry_out(orders.database, "UPDATE order_cancel SET requested_at = now()")

    assert meet(orders.database, cancelling.assess_due, cancelling.assess_due) == 0

    assert orders.passed(order)[-2:] == ["assessingCancellation", "pendingCancellation"]
