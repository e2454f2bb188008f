"""POST /serviceOrder."""

from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from fastapi import APIRouter, Request, Response

from api.http.dependencies import EngineDep
from api.parts import parts_of
from api.tmf641 import parameters
from api.tmf641.answers import answer_json
from api.tmf641.bodies.reading import JSON, read_object, validated
from api.tmf641.bodies.requested_orders import requested_order
from api.tmf641.bodies.service_orders import SET_BY_SERVER, ServiceOrderCreate
from api.tmf641.callers import Program, orderer_of, sight_for
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.reading import read_order
from api.tmf641.routes import OF_BODY, TmfRoute, body
from api.tmf641.shapes.service_orders import ServiceOrder
from runtime.threads import on_thread
from services.orders import place
from services.orders.ordered_by import OrderedBy
from services.orders.orderer import NotPermitted
from storage.orders.placing import ExternalIdUsed

router = APIRouter(tags=["serviceOrder"], route_class=TmfRoute)


@router.post(
    "/serviceOrder",
    operation_id="createServiceOrder",
    status_code=201,
    responses={201: {"model": ServiceOrder, "headers": parameters.LOCATED}},
    openapi_extra={
        **body(ServiceOrderCreate, JSON),
        "parameters": [parameters.IDEMPOTENCY_KEY],
        "faults": (
            *OF_BODY,
            *(Fault.FIELD_SET_BY_SERVER, Fault.NOT_PERMITTED),
            *(Fault.EXTERNAL_ID_USED, Fault.KEY_REUSED),
        ),
    },
)
async def create_service_order(request: Request, admitted: Program, engine: EngineDep) -> Response:
    """Place an order. It begins at once where it waits for nothing.

    An order that breaks a business rule is stored too, as `rejected`. The same `externalId` (or
    `Idempotency-Key`) with the same order is answered with the order that was placed.
    """
    given = await read_object(request, JSON)
    refused = [f"/{name}" for name in SET_BY_SERVER if name in given]
    if refused:
        raise TmfError(Fault.FIELD_SET_BY_SERVER, *refused)
    wanted = requested_order(validated(ServiceOrderCreate, given), given)
    by = await on_thread(lambda: orderer_of(engine.database, admitted))
    order_id = _new_id(request, by)
    parts = parts_of(request)
    try:
        placed = await place.place(
            engine, parts.secrets, order_id, wanted, by, rules=parts.approvals
        )
    except ExternalIdUsed as error:
        if error.order_id == order_id:
            raise TmfError(Fault.KEY_REUSED, "Idempotency-Key") from None
        raise TmfError(Fault.EXTERNAL_ID_USED, "/externalId") from None
    except NotPermitted:
        raise TmfError(Fault.NOT_PERMITTED) from None
    resource = await read_order(request, engine, sight_for(by), placed.id)
    return answer_json(resource, 201, {"Location": resource["href"]})


def _new_id(request: Request, by: OrderedBy) -> UUID:
    """Return the id of a new order: of a key, always the same one for this caller."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return uuid4()
    name = key.strip('"')
    if not 0 < len(name) <= 255:
        raise TmfError(Fault.HEADER_INVALID, "Idempotency-Key")
    return uuid5(NAMESPACE_URL, f"tmf641/{by.client}/{by.person_id}/{name}")
