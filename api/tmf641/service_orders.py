"""GET /serviceOrder and /serviceOrder/{id}."""

from fastapi import APIRouter, Request, Response

from api.http.dependencies import Store
from api.tmf641 import parameters
from api.tmf641.answers import answer_json
from api.tmf641.callers import Program, sight_of
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.queries.lists import read_list, read_one
from api.tmf641.queries.pages import page
from api.tmf641.queries.selection import tree_of
from api.tmf641.reading import known_id, seen, shown
from api.tmf641.routes import TmfRoute
from api.tmf641.shapes.service_orders import ServiceOrder
from domain.catalogue.actions import ItemAction
from domain.orders.list_attributes import OrderAttribute
from domain.orders.states import OrderState
from storage.orders import order_list, order_views
from storage.orders.order_list import PatternRefused

router = APIRouter(tags=["serviceOrder"], route_class=TmfRoute)

ATTRIBUTES = tree_of(ServiceOrder)
WORDS = {
    OrderAttribute.STATE: frozenset(OrderState),
    OrderAttribute.ITEM_STATE: frozenset(OrderState),
    OrderAttribute.ITEM_ACTION: frozenset(ItemAction),
}


@router.get(
    "/serviceOrder",
    operation_id="listServiceOrder",
    responses={200: {"model": list[ServiceOrder], "headers": parameters.COUNTED}},
    openapi_extra={
        "faults": (Fault.NOT_IMPLEMENTED,),
        "parameters": parameters.of_list(OrderAttribute, WORDS),
    },
)
def list_service_orders(request: Request, admitted: Program, database: Store) -> Response:
    """List the orders that the client placed, the newest first.

    Conditions joined by `&` are all met, of values joined by a comma (or a repeated name) any, and
    alternatives are joined by `;`. For a person: only orders on accounts that they may see.
    """
    asked = read_list(request, OrderAttribute, WORDS, ATTRIBUTES)
    sight = sight_of(database, admitted)
    with database.reading() as connection:
        try:
            found = order_list.page(connection, sight, asked.query)
        except PatternRefused:
            raise TmfError(Fault.QUERY_INVALID) from None
        orders = order_views.of_ids(connection, found.ids)
        resources = shown(connection, request, sight, orders, asked.fields)
    return page(request, resources, found.total, asked.query.offset, asked.query.limit)


@router.get(
    "/serviceOrder/{id}",
    operation_id="retrieveServiceOrder",
    responses={200: {"model": ServiceOrder}},
    openapi_extra={"parameters": [parameters.FIELDS]},
)
def retrieve_service_order(
    id: str,  # noqa: A002 # TMF641's name
    request: Request,
    admitted: Program,
    database: Store,
) -> Response:
    """Return an order that the client placed."""
    fields = read_one(request, ATTRIBUTES)
    order_id = known_id(id)
    sight = sight_of(database, admitted)
    with database.reading() as connection:
        order = seen(connection, sight, order_id)
        (resource,) = shown(connection, request, sight, [order], fields)
    return answer_json(resource)
