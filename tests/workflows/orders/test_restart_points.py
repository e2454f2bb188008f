"""Orders whose workflow is reset, or whose worker stops, wherever they are: every effect once."""

from uuid import UUID, uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from domain.orders.states import OrderState
from domain.processes import order_id as workflow_id_of
from tests.builders.rows import service
from tests.fixtures.engine_plugin import working
from tests.fixtures.order_stack import HELD, OFFICE, READ, SET, OrderStack, limit

_TASK_DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
FIRST = str(service(1, OFFICE).id)


async def reset_points(orders: OrderStack, order: UUID) -> tuple[str, list[int]]:
    """The run of the order's workflow, and the events that it can be reset to."""
    handle = orders.client.get_workflow_handle(workflow_id_of(order))
    history = await handle.fetch_history()
    points = [event.event_id for event in history.events if event.event_type == _TASK_DONE]
    return history.run_id, points


async def reset(orders: OrderStack, order: UUID, run_id: str, point: int) -> None:
    """Run the workflow again from this event of that run, to its end."""
    answer = await orders.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=orders.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id_of(order), run_id=run_id),
            workflow_task_finish_event_id=point,
            request_id=str(uuid4()),
            reason="a test",
        )
    )
    handle = orders.client.get_workflow_handle(workflow_id_of(order), run_id=answer.run_id)
    await handle.result()


async def test_order_4_a_reset_to_any_point_repeats_no_effect(ordering: OrderStack) -> None:
    ordering.billing.fault("refuse", subject=FIRST, code="limit_too_high")
    order = await ordering.place(limit(1), limit(2), limit(3, after=("b",)))
    await ordering.over(order)
    await ordering.client.get_workflow_handle(workflow_id_of(order)).result()
    ordering.billing.control("DELETE", "/faults")
    run_id, points = await reset_points(ordering, order)
    before = (ordering.network.applied(), ordering.billing.booked(), ordering.passed(order))

    for point in points:
        await reset(ordering, order, run_id, point)

    assert len(points) > 8
    assert before == (ordering.network.applied(), ordering.billing.booked(), ordering.passed(order))
    assert ordering.items(order) == [OrderState.FAILED, OrderState.COMPLETED, OrderState.COMPLETED]


async def test_order_5_a_reset_of_a_cancelled_order_sends_nothing_more(
    ordering: OrderStack,
) -> None:
    ordering.billing.fault("refuse", subject=FIRST, code="limit_too_high")
    order = await ordering.place(limit(1, steps=(READ, SET, HELD)), limit(2, after=("a",)))
    await ordering.stuck(order, "limit.1")
    ordering.cancel(order)
    await ordering.wake(order)
    await ordering.over(order)
    await ordering.client.get_workflow_handle(workflow_id_of(order)).result()
    ordering.billing.control("DELETE", "/faults")
    run_id, points = await reset_points(ordering, order)
    before = (ordering.network.applied(), ordering.billing.booked(), ordering.passed(order))

    for point in points[::3]:  # the first is before anything was known
        await reset(ordering, order, run_id, point)

    assert before == (ordering.network.applied(), ordering.billing.booked(), ordering.passed(order))
    assert ordering.items(order) == [OrderState.CANCELLED, OrderState.CANCELLED]


async def test_order_4_a_worker_that_stops_after_any_step_repeats_no_effect(
    idle_orders: OrderStack,
) -> None:
    order = await idle_orders.place(limit(1))
    seen = 0
    while idle_orders.state(order) is not OrderState.COMPLETED:
        async with working(idle_orders.settings, idle_orders.client):
            await idle_orders.until_more_than(order, seen)
        seen = idle_orders.settled_steps(order)

    async with working(idle_orders.settings, idle_orders.client):
        await idle_orders.over(order)
    assert (len(idle_orders.sent(1)), len(idle_orders.billing.booked())) == (1, 1)
