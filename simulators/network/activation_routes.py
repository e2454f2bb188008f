"""TMF640 v4 Service Activation and Configuration over HTTP."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from simulators.network.activation import Activation
from simulators.network.reading import Reading
from simulators.network.refusals import Refused

ACTIVATION_PATH = "/tmf-api/ServiceActivationAndConfiguration/v4"
SERVICES_PATH = f"{ACTIVATION_PATH}/service"
MONITORS_PATH = f"{ACTIVATION_PATH}/monitor"


def not_routed(request: Request, error: HTTPException) -> Response:
    """Answer for a path or method that is not there."""
    path, status = request.url.path, error.status_code
    if status != HTTPStatus.METHOD_NOT_ALLOWED:
        return Refused(status, "notFound", "There is no such path.").response()
    response = Refused(status, "methodNotAllowed", "See the header Allow.").response()
    methods = "GET, POST" if path == SERVICES_PATH else "GET, PATCH, DELETE"
    response.headers["allow"] = methods if path.startswith(SERVICES_PATH) else "GET"
    return response


def activation_routes(changes: Activation, reading: Reading) -> APIRouter:
    """Return the routes. What they take and answer depends on ``/_control/profile``."""
    router = APIRouter(tags=["service activation"], default_response_class=Response)
    _services(router, changes, reading)

    @router.get(MONITORS_PATH, description="?idempotencyKey= in profiles with keys: one or none")
    async def monitors(request: Request) -> Response:
        return await reading.monitors(request)

    @router.get(MONITORS_PATH + "/{monitor_id}")
    async def monitor(request: Request, monitor_id: str) -> Response:
        return await reading.monitor(request, monitor_id)

    return router


def _services(router: APIRouter, changes: Activation, reading: Reading) -> None:
    @router.get(SERVICES_PATH)
    async def services(request: Request) -> Response:
        return await reading.services(request)

    @router.post(SERVICES_PATH, description="201 with the Service, or 202 with a Monitor")
    async def create(request: Request) -> Response:
        return await changes.write(request)

    @router.get(SERVICES_PATH + "/{service_id}")
    async def service(request: Request, service_id: str) -> Response:
        return await reading.service(request, service_id)

    @router.patch(
        SERVICES_PATH + "/{service_id}", description="200 with the Service, or 202 with a Monitor"
    )
    async def change(request: Request, service_id: str) -> Response:
        return await changes.write(request, service_id)

    @router.delete(SERVICES_PATH + "/{service_id}", description="204, or 202 with a Monitor")
    async def remove(request: Request, service_id: str) -> Response:
        return await changes.write(request, service_id)
