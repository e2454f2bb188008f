"""/v1/ops/orders: find orders, and cancel one whoever placed it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.http import idempotency, pagination, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.freezes import Reader
from api.ops.order_schemas import ListedOrder, ListedOrderPage
from api.ops.stuck import Operator
from domain.orders.states import OrderState
from services.orders import cancel_as_operator
from storage.orders import order_queries
from storage.orders.order_queries import OrderFilter, Place

router = APIRouter(prefix="/v1/ops/orders", tags=["orders"], route_class=GuardedRoute)

_CANCELLED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "order_not_cancellable")
)


@router.get("", operation_id="listOrders", responses=pagination.RESPONSES)
def list_orders(
    _admitted: Reader,
    database: Store,
    *,
    page: pagination.Asked,
    account_id: UUID | None = None,
    service_id: UUID | None = None,
    state: OrderState | None = None,
    external_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
) -> ListedOrderPage:
    """List orders of all accounts, the newest first. A service: also one that gives its number."""
    before = page.place("orders", Place)
    wanted = OrderFilter(account_id, service_id, state, external_id, before)
    with database.reading() as connection:
        found = order_queries.newest(connection, wanted, limit=page.limit + 1)
    orders, following = page.cut("orders", found, lambda each: (each.ordered_at, each.id))
    return ListedOrderPage(items=[ListedOrder.of(each) for each in orders], next=following)


@router.post(
    "/{order_id:uuid}/cancel",
    operation_id="cancelOrderAsOperator",
    response_model=ListedOrder,
    responses=_CANCELLED,
)
async def cancel_order(
    order_id: UUID,
    why: ReasonInput,
    admitted: Operator,
    *,
    engine: EngineDep,
    once: OnceOnly,
) -> Response:
    """Cancel an order, whoever placed it. What has not begun is cancelled; what was done is undone.

    Where some items are past their point of no return, the others are cancelled and the order ends
    as `partial`. Accepted also while Temporal is unavailable: a worker goes on later.
    """

    async def carry_out(cancel_id: UUID) -> Done:
        await cancel_as_operator.cancel(
            engine, cancel_id, order_id, why.reason, actor=admitted.actor
        )
        order = await engine.read(lambda connection: order_queries.one(connection, order_id))
        return Done(200, ListedOrder.of(order).to_keep())

    return await once(admitted, carry_out)
