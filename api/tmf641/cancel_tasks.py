"""/cancelServiceOrder: requests to cancel an order."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response

from api.http.dependencies import EngineDep, Store
from api.tmf641 import parameters
from api.tmf641.addresses import base_of
from api.tmf641.answers import answer_json
from api.tmf641.bodies.reading import JSON, read_object, validated
from api.tmf641.bodies.service_orders import CancelServiceOrderCreate
from api.tmf641.callers import Program, orderer_of, sight_for, sight_of
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.queries.conditions import id_of
from api.tmf641.queries.lists import read_list, read_one
from api.tmf641.queries.pages import page
from api.tmf641.queries.selection import selected, tree_of
from api.tmf641.reading import changeable, known_id
from api.tmf641.routes import OF_BODY, TmfRoute, body
from api.tmf641.shapes.cancel_tasks import CancelServiceOrder
from api.tmf641.views.cancel_tasks import cancel_service_order
from domain.orders import dates
from domain.orders.list_attributes import TaskAttribute
from domain.orders.tasks import CancelTaskState
from runtime.threads import on_thread
from services.engine import Engine
from services.orders import cancel
from services.orders.cancel import WantedCancel
from services.orders.ordered_by import OrderedBy
from storage.orders import cancel_task_list, order_list
from storage.orders.cancelling import CancelOpen, OrderOver, OrderUnknown
from storage.orders.order_list import PatternRefused

router = APIRouter(tags=["cancelServiceOrder"], route_class=TmfRoute)

_ATTRIBUTES = tree_of(CancelServiceOrder)
_WORDS = {TaskAttribute.STATE: frozenset(CancelTaskState)}


@router.get(
    "/cancelServiceOrder",
    operation_id="listCancelServiceOrder",
    responses={200: {"model": list[CancelServiceOrder], "headers": parameters.COUNTED}},
    openapi_extra={
        "faults": (Fault.NOT_IMPLEMENTED,),
        "parameters": parameters.of_list(TaskAttribute, _WORDS),
    },
)
def list_cancel_service_orders(request: Request, admitted: Program, database: Store) -> Response:
    """List the requests to cancel orders that the client placed, the newest first."""
    asked = read_list(request, TaskAttribute, _WORDS, _ATTRIBUTES)
    sight = sight_of(database, admitted)
    with database.reading() as connection:
        try:
            total, tasks = cancel_task_list.page(connection, sight, asked.query)
        except PatternRefused:
            raise TmfError(Fault.QUERY_INVALID) from None
    base = base_of(request)
    resources = [selected(cancel_service_order(task, base), asked.fields) for task in tasks]
    return page(request, resources, total, asked.query.offset, asked.query.limit)


@router.get(
    "/cancelServiceOrder/{id}",
    operation_id="retrieveCancelServiceOrder",
    responses={200: {"model": CancelServiceOrder}},
    openapi_extra={"parameters": [parameters.FIELDS]},
)
def retrieve_cancel_service_order(
    id: str,  # noqa: A002 # TMF641's name
    request: Request,
    admitted: Program,
    database: Store,
) -> Response:
    """Return a request to cancel an order that the client placed."""
    fields = read_one(request, _ATTRIBUTES)
    task_id = known_id(id)
    sight = sight_of(database, admitted)
    with database.reading() as connection:
        task = cancel_task_list.one(connection, sight, task_id)
    if task is None:
        raise TmfError(Fault.NOT_FOUND)
    return answer_json(selected(cancel_service_order(task, base_of(request)), fields))


@router.post(
    "/cancelServiceOrder",
    operation_id="createCancelServiceOrder",
    status_code=201,
    responses={201: {"model": CancelServiceOrder, "headers": parameters.LOCATED}},
    openapi_extra={
        **body(CancelServiceOrderCreate, JSON),
        "faults": (
            *OF_BODY,
            Fault.NOT_PERMITTED,
            Fault.ORDER_UNKNOWN,
            Fault.ORDER_OVER,
            Fault.CANCEL_OPEN,
        ),
    },
)
async def create_cancel_service_order(
    request: Request, admitted: Program, engine: EngineDep
) -> Response:
    """Ask to cancel an order. It is assessed against what has begun, at once or when asked for.

    What has not begun is cancelled, what was done is undone. Where an item is past its point of no
    return the order cannot be cancelled: its other items are, and it ends `partial`.
    """
    given = await read_object(request, JSON)
    wanted = validated(CancelServiceOrderCreate, given)
    if dates.begins_too_late(datetime.now(UTC), wanted.requestedCancellationDate):
        raise TmfError(Fault.NOT_SUPPORTED, "/requestedCancellationDate")
    order_id = id_of(wanted.serviceOrder.id)
    by = await on_thread(lambda: orderer_of(engine.database, admitted))
    if order_id is None or not await _sees(engine, by, order_id):
        raise TmfError(Fault.ORDER_UNKNOWN, "/serviceOrder/id")
    await engine.read(lambda connection: changeable(connection, by, order_id))
    asked = WantedCancel(
        uuid4(),
        order_id,
        reason=wanted.cancellationReason or "",
        requested_at=wanted.requestedCancellationDate,
    )
    try:
        task = await cancel.cancel(engine, asked, by)
    except OrderUnknown:
        raise TmfError(Fault.ORDER_UNKNOWN, "/serviceOrder/id") from None
    except OrderOver:
        raise TmfError(Fault.ORDER_OVER, "/serviceOrder/id") from None
    except CancelOpen:
        raise TmfError(Fault.CANCEL_OPEN, "/serviceOrder/id") from None
    resource = cancel_service_order(task, base_of(request))
    return answer_json(resource, 201, {"Location": resource["href"]})


async def _sees(engine: Engine, by: OrderedBy, order_id: UUID) -> bool:
    sight = sight_for(by)
    return await engine.read(lambda connection: order_list.sees(connection, sight, order_id))
