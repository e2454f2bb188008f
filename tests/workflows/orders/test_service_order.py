"""Service orders on a real Temporal server: what reaches the network and billing, and when."""

from domain.orders.states import OrderState
from domain.processes import order_id as workflow_id_of
from domain.provisioning.steps import Decision
from tests.builders.rows import service
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.order_stack import HELD, OFFICE, READ, SET, OrderStack, limit

S = OrderState
ON = {"spendingLimit": 5000, "spendingLimitAction": "bar"}


async def test_order_4_items_are_carried_out_in_the_network_and_in_billing_once(
    ordering: OrderStack,
) -> None:
    order = await ordering.place(limit(1), limit(2, 700), limit(1, 900, after=("b",)))

    over = await ordering.over(order)

    assert over.state is S.COMPLETED
    assert [each["spendingLimit"] for each in ordering.sent(1)] == [5000, 900]
    assert [each["spendingLimit"] for each in ordering.sent(2)] == [700]
    assert len(ordering.billing.booked()) == 3
    assert ordering.passed(order) == ["acknowledged", "inProgress", "completed"]


async def test_order_4_a_refused_item_is_undone_and_the_order_partial(ordering: OrderStack) -> None:
    refused = str(service(1, OFFICE).id)
    ordering.billing.fault("refuse", subject=refused, code="limit_too_high")
    ordering.network.tell_service(refused, characteristics={"spendingLimit": 100})

    order = await ordering.place(limit(1), limit(2))
    over = await ordering.over(order)

    assert (over.state, ordering.items(order)) == (S.PARTIAL, [S.FAILED, S.COMPLETED])
    assert [each.get("spendingLimit") for each in ordering.sent(1)] == [5000, 100]
    assert len(ordering.billing.booked()) == 1
    assert over.items[0].refused_code is not None


async def test_order_5_a_cancel_half_way_undoes_what_was_done(ordering: OrderStack) -> None:
    first = str(service(1, OFFICE).id)
    ordering.billing.fault("refuse", subject=first, code="limit_too_high")
    held = limit(1, steps=(READ, SET, HELD))
    order = await ordering.place(held, limit(2, after=("a",)))
    await ordering.stuck(order, "limit.1")
    before = ordering.state(order)

    ordering.cancel(order)
    await ordering.wake(order)
    over = await ordering.over(order)

    assert (before, over.state) == (S.HELD, S.CANCELLED)
    assert len(ordering.sent(1)) == 2
    assert (ordering.sent(2), ordering.billing.booked()) == ([], [])
    assert over.cancel_reason == "order_cancelled"


async def test_order_5_an_operator_who_retries_a_held_order_completes_it(
    ordering: OrderStack,
) -> None:
    first = str(service(1, OFFICE).id)
    ordering.billing.fault("refuse", subject=first, code="limit_too_high")
    order = await ordering.place(limit(1, steps=(READ, SET, HELD)))
    await ordering.stuck(order, "limit.1")
    ordering.billing.control("DELETE", "/faults")

    await ordering.decide(order, "limit.1", Decision.RETRY)
    over = await ordering.over(order)

    assert over.state is S.COMPLETED
    assert ordering.passed(order) == [
        "acknowledged",
        "inProgress",
        "held",
        "inProgress",
        "completed",
    ]


async def test_order_4_orders_on_crossing_services_take_turns(ordering: OrderStack) -> None:
    orders = [
        await ordering.place(limit(1 + n % 2, 100 + n), limit(2 - n % 2, 200 + n)) for n in range(4)
    ]

    for order in orders:
        assert (await ordering.over(order)).state is S.COMPLETED

    assert [each["spendingLimit"] for each in ordering.sent(1)] == [100, 201, 102, 203]
    assert [each["spendingLimit"] for each in ordering.sent(2)] == [200, 101, 202, 103]


async def test_order_4_an_urgent_order_goes_ahead_of_a_stuck_one(ordering: OrderStack) -> None:
    first = str(service(1, OFFICE).id)
    ordering.network.fault("refuse", source="activation", subject=first, code="invalidState")
    order = await ordering.place(limit(1))
    await ordering.stuck(order, "set.1")
    ordering.network.control("DELETE", "/faults")

    barring = limit(1, steps=(READ, SET), parameters={"outgoingBarred": True}, is_urgent=True)
    urgent = await ordering.place(barring)
    over = await ordering.over(urgent)

    assert (over.state, ordering.state(order)) == (S.COMPLETED, S.HELD)
    await ordering.decide(order, "set.1", Decision.RETRY)
    assert (await ordering.over(order)).state is S.COMPLETED
    assert ordering.sent(1) == [{"outgoingBarred": True}, ON]


async def test_order_4_a_worker_that_stops_in_the_middle_changes_nothing(
    idle_orders: OrderStack,
) -> None:
    first = str(service(1, OFFICE).id)
    idle_orders.billing.fault("cut", subject=first, times=1)
    order = await idle_orders.place(limit(1), limit(2, after=("a",)))
    async with working(idle_orders.settings, idle_orders.client):
        await until(lambda: len(idle_orders.sent(1)) == 1)

    async with working(idle_orders.settings, idle_orders.client):
        over = await idle_orders.over(order)

    assert over.state is S.COMPLETED
    assert (len(idle_orders.sent(1)), len(idle_orders.sent(2))) == (1, 1)
    assert len(idle_orders.billing.booked()) == 2


async def test_order_4_a_process_that_was_terminated_goes_on_from_the_rows(
    ordering: OrderStack,
) -> None:
    first = str(service(1, OFFICE).id)
    ordering.billing.fault("refuse", subject=first, code="limit_too_high")
    order = await ordering.place(limit(1, steps=(READ, SET, HELD)), limit(2))
    await ordering.stuck(order, "limit.1")
    await until(lambda: ordering.items(order)[1] is S.COMPLETED)
    await ordering.client.get_workflow_handle(workflow_id_of(order)).terminate("a test")
    ordering.billing.control("DELETE", "/faults")
    await ordering.restart(order)

    await ordering.decide(order, "limit.1", Decision.FAIL)
    over = await ordering.over(order)

    assert ordering.items(order) == [S.FAILED, S.COMPLETED]
    assert (over.state, len(ordering.sent(1)), len(ordering.sent(2))) == (S.PARTIAL, 2, 1)


async def test_order_4_an_order_begins_by_itself_after_the_one_it_depends_on(
    ordering: OrderStack,
) -> None:
    first = await ordering.place(limit(1))
    second = ordering.insert(limit(2), depends_on=[first])

    await ordering.over(first)
    await until(lambda: ordering.state(second) is S.COMPLETED)
    assert [each["spendingLimit"] for each in ordering.sent(2)] == [5000]
