"""order.5: a cancel and a point of no return at once: one of them comes first, for both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.orders.states import OrderState
from domain.orders.tasks import CancelTaskState
from domain.provisioning.steps import Answer, Done
from storage.database import unless_deadlocked
from storage.orders import cancelling
from storage.orders.cancel_tasks import NewCancelTask
from tests.builders.orders import CLIENT, PORTAL, Orders, of
from tests.builders.rows import wait_until_blocked
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
