"""Read orders and requests to cancel as a caller sees them, in TMF641's shape."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from starlette.requests import Request

from api.tmf641.addresses import base_of
from api.tmf641.callers import sight_for
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.queries.conditions import id_of
from api.tmf641.queries.selection import Tree, selected
from api.tmf641.views.service_orders import service_order
from api.tmf641.visibility import visibility
from domain.orders.states import OrderState
from services.engine import Engine
from services.orders.ordered_by import OrderedBy
from services.orders.sight import may_change
from storage.database import Connection
from storage.orders import cancel_task_list, order_list, order_views
from storage.orders.order_sight import OrderSight
from storage.orders.order_views import OrderView


def known_id(text: str) -> UUID:
    """Return the id in a path. Raises TmfError: what is no id of ours does not exist."""
    id_ = id_of(text)
    if id_ is None:
        raise TmfError(Fault.NOT_FOUND)
    return id_


def seen(connection: Connection, sight: OrderSight, order_id: UUID) -> OrderView:
    """Read an order. Raises TmfError where there is none that the caller sees."""
    order = None
    if order_list.sees(connection, sight, order_id):
        order = order_views.one(connection, order_id)
    if order is None:
        raise TmfError(Fault.NOT_FOUND)
    return order


def changeable(connection: Connection, by: OrderedBy, order_id: UUID) -> None:
    """Check that whoever asks may change an order, delete it or cancel it.

    Raises TmfError where there is none that they see, and where a person is named who neither
    placed it nor acts for the owner of its account.
    """
    order = seen(connection, sight_for(by), order_id)
    if not may_change(connection, order, by.person_id):
        raise TmfError(Fault.NOT_PERMITTED)


def shown(
    connection: Connection,
    request: Request,
    sight: OrderSight,
    orders: Sequence[OrderView],
    fields: Tree | None = None,
) -> list[dict[str, Any]]:
    """Return these orders with what is wanted of them, and the caller sees."""
    cancelled = [order.id for order in orders if order.state is OrderState.CANCELLED]
    reasons = cancel_task_list.reasons(connection, cancelled)
    base, sees = base_of(request), visibility(connection, sight)
    return [
        selected(service_order(order, base, reasons.get(order.id), sees), fields)
        for order in orders
    ]


async def read_order(
    request: Request, engine: Engine, sight: OrderSight, order_id: UUID
) -> dict[str, Any]:
    """Return an order as it is shown. Raises TmfError where there is none that the caller sees."""

    def read(connection: Connection) -> dict[str, Any]:
        (resource,) = shown(connection, request, sight, [seen(connection, sight, order_id)])
        return resource

    return await engine.read(read)
