"""PATCH and DELETE /serviceOrder/{id}."""

from fastapi import APIRouter, Request, Response

from api.http.dependencies import EngineDep
from api.tmf641.answers import answer_json
from api.tmf641.bodies.amendments import amendment_of, name_of
from api.tmf641.bodies.reading import JSON, MERGE_PATCH, read_object
from api.tmf641.bodies.service_orders import ServiceOrderUpdate
from api.tmf641.callers import Program, orderer_of, sight_for
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.reading import changeable, known_id, read_order
from api.tmf641.routes import OF_BODY, TmfRoute, body
from api.tmf641.service_orders import ATTRIBUTES
from api.tmf641.shapes.service_orders import ServiceOrder
from domain.orders.amendments import NotAmendable
from runtime.threads import on_thread
from services.orders import amend
from storage.orders.amending import NoteRefused
from storage.orders.deleting import OrderBegun

router = APIRouter(tags=["serviceOrder"], route_class=TmfRoute)


@router.patch(
    "/serviceOrder/{id}",
    operation_id="patchServiceOrder",
    responses={200: {"model": ServiceOrder}},
    openapi_extra={
        **body(ServiceOrderUpdate, JSON, MERGE_PATCH),
        "faults": (
            *OF_BODY,
            *(Fault.NOT_PERMITTED, Fault.NOT_AMENDABLE, Fault.NOT_PATCHABLE, Fault.ORDER_OVER),
        ),
    },
)
async def patch_service_order(
    id: str,  # noqa: A002 # TMF641's name
    request: Request,
    admitted: Program,
    engine: EngineDep,
) -> Response:
    """Change an order by a merge patch (RFC 7396), in both media types.

    What has its present value is left as it is. Items cannot be changed. Dates and description
    cannot be once people were asked to confirm them; an order that is over takes notes only. Notes
    are added: those that are there are not added again, and those that are left out stay.
    """
    order_id = known_id(id)
    given = await read_object(request, JSON, MERGE_PATCH)
    by = await on_thread(lambda: orderer_of(engine.database, admitted))
    present = await read_order(request, engine, sight_for(by), order_id)
    await engine.read(lambda connection: changeable(connection, by, order_id))
    amendment = amendment_of(given, present, ATTRIBUTES)
    try:
        await amend.amend(engine, order_id, amendment, actor=by.actor)
    except NotAmendable as error:
        if error.part is None:
            raise TmfError(Fault.ORDER_OVER) from None
        raise TmfError(Fault.NOT_PATCHABLE, f"/{name_of(error.part)}") from None
    except NoteRefused:
        raise TmfError(Fault.NOT_PATCHABLE, "/note") from None
    return answer_json(await read_order(request, engine, sight_for(by), order_id))


@router.delete(
    "/serviceOrder/{id}",
    operation_id="deleteServiceOrder",
    status_code=204,
    openapi_extra={"faults": (Fault.NOT_PERMITTED, Fault.ORDER_BEGUN)},
)
async def delete_service_order(
    id: str,  # noqa: A002 # TMF641's name
    admitted: Program,
    engine: EngineDep,
) -> Response:
    """Delete an order of which nothing ever began: rejected, cancelled in time, or not yet begun.

    One that has begun, or that people are asked to confirm, can only be cancelled.
    """
    order_id = known_id(id)
    by = await on_thread(lambda: orderer_of(engine.database, admitted))
    await engine.read(lambda connection: changeable(connection, by, order_id))
    try:
        await amend.delete(engine, order_id, actor=by.actor)
    except OrderBegun:
        raise TmfError(Fault.ORDER_BEGUN) from None
    return Response(status_code=204)
