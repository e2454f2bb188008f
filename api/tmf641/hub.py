"""``/hub``: subscriptions to events. They come with webhooks; until then 501."""

from fastapi import APIRouter, Response

from api.http.problems import Responses
from api.tmf641.callers import Program
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.routes import TmfRoute

router = APIRouter(tags=["events subscription"], route_class=TmfRoute)
_NEVER: Responses = {
    200: {
        "description": "Never given: the answer is 501.",
        "content": {"application/json": {"example": {}}},
    }
}
_EXTRA = {"faults": (Fault.NOT_IMPLEMENTED,)}


@router.post("/hub", operation_id="registerListener", openapi_extra=_EXTRA, responses=_NEVER)
def register(_admitted: Program) -> Response:
    """Subscribe to events: not offered."""
    raise TmfError(Fault.NOT_IMPLEMENTED)


@router.delete(
    "/hub/{id}", operation_id="unregisterListener", openapi_extra=_EXTRA, responses=_NEVER
)
def unregister(id: str, _admitted: Program) -> Response:  # noqa: A002, ARG001 # TMF641's name
    """End a subscription: not offered."""
    raise TmfError(Fault.NOT_IMPLEMENTED)
