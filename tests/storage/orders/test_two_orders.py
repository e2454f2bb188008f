"""Orders for the same services: one after the other, urgent ones ahead, none for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from domain.orders.states import OrderState
from domain.provisioning.steps import Decision
from tests.builders.orders import Orders, of
from tests.builders.rows import rows
from tests.builders.step_runner import NO
from tests.fixtures.patience import PATIENCE

S = OrderState
ACTIONS = ("set.1", "bill.1", "set.2", "bill.2")


def waits_for(orders: Orders, order: UUID, action: str) -> str | None:
    found: str | None = orders.harness.row(orders.step(order, action)).waits_for
    return found


def test_order_4_an_order_waits_until_the_one_before_is_past_its_point_of_no_return(
    orders: Orders,
) -> None:
    first, second = orders.begun(of(0)), orders.begun(of(0))
    orders.attempt(first, "set.1")

    orders.attempt(second, "set.1")
    waiting = waits_for(orders, second, "set.1"), orders.state(second)
    orders.attempt(first, "bill.1")
    orders.attempt(second, "set.1")

    assert waiting == ("order", S.ACKNOWLEDGED)
    assert (orders.state(first), orders.state(second)) == (S.COMPLETED, S.IN_PROGRESS)


def test_order_4_orders_on_crossing_services_begun_at_once_are_carried_out_once_each(
    orders: Orders,
) -> None:
    crossing = [orders.insert(of(0), of(1)), orders.insert(of(1), of(0))]
    at_once = Barrier(2)

    def begin(order: UUID) -> bool:
        at_once.wait(PATIENCE)
        return orders.begin(order)

    with ThreadPoolExecutor() as threads:
        begun = [each.result(PATIENCE) for each in [threads.submit(begin, o) for o in crossing]]
        assert begun == [True, True]
    for _ in range(2):  # whichever is first, the other is carried out in the second turn
        for order in crossing:
            for action in ACTIONS:
                orders.attempt(order, action)

    assert [orders.state(each) for each in crossing] == [S.COMPLETED] * 2
    sent = rows(orders.database, "SELECT attempts FROM step")
    assert [each.attempts for each in sent] == [1] * 8


def test_order_2_an_urgent_order_overtakes_a_stuck_one_which_goes_on_afterwards(
    orders: Orders,
) -> None:
    stuck = orders.begun(of(0))
    orders.attempt(stuck, "set.1", NO)
    urgent = orders.begun(of(0, is_urgent=True))

    orders.attempt(urgent, "set.1")
    orders.harness.decide(orders.step(stuck, "set.1"), Decision.RETRY)
    orders.attempt(stuck, "set.1")
    waiting = waits_for(orders, stuck, "set.1")
    orders.attempt(urgent, "bill.1")
    orders.end(urgent)
    for action in ("set.1", "bill.1"):
        orders.attempt(stuck, action)

    assert waiting == "order"
    assert (orders.state(urgent), orders.state(stuck)) == (S.COMPLETED, S.COMPLETED)
    assert orders.passed(stuck) == ["acknowledged", "inProgress", "held", "inProgress", "completed"]
    overtaken = orders.harness.row(orders.step(stuck, "set.1"))
    assert (overtaken.is_overtaken, overtaken.decision_no) == (True, 2)


def test_order_2_what_an_order_did_that_was_overtaken_is_still_undone(orders: Orders) -> None:
    stuck = orders.begun(of(0))
    orders.attempt(stuck, "set.1")
    orders.attempt(stuck, "bill.1", NO)
    urgent = orders.begun(of(0, is_urgent=True))
    for action in ("set.1", "bill.1"):
        orders.attempt(urgent, action)
    orders.end(urgent)

    orders.cancel(stuck)
    orders.attempt(stuck, "undo-set.1")
    orders.end(stuck)

    assert (orders.state(urgent), orders.state(stuck)) == (S.COMPLETED, S.CANCELLED)
