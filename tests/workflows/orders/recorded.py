"""Stories of orders whose histories are recorded."""

from collections.abc import Awaitable, Callable

from domain.processes import order_id as workflow_id_of
from tests.builders.rows import service
from tests.fixtures.order_stack import HELD, OFFICE, READ, SET, OrderStack, limit

_FIRST = str(service(1, OFFICE).id)


async def order_completed(orders: OrderStack) -> str:
    order = await orders.place(limit(1), limit(2), limit(1, 900, after=("b",)))
    await orders.over(order)
    return workflow_id_of(order)


async def order_partial(orders: OrderStack) -> str:
    """The first item is refused and undone, the second completed, the third not begun."""
    orders.billing.fault("refuse", subject=_FIRST, code="limit_too_high")
    order = await orders.place(limit(1), limit(2), limit(3, after=("a",)))
    await orders.over(order)
    return workflow_id_of(order)


async def order_cancelled(orders: OrderStack) -> str:
    """It is cancelled while its first item is stuck; what that did is undone."""
    orders.billing.fault("refuse", subject=_FIRST, code="limit_too_high")
    order = await orders.place(limit(1, steps=(READ, SET, HELD)), limit(2, after=("a",)))
    await orders.stuck(order, "limit.1")
    orders.cancel(order)
    await orders.wake(order)
    await orders.over(order)
    return workflow_id_of(order)


ORDER_STORIES: tuple[Callable[[OrderStack], Awaitable[str]], ...] = (
    order_completed,
    order_partial,
    order_cancelled,
)
