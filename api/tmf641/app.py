"""TMF641 Service Ordering v4.1 as an application mounted in ours, with its own errors."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import State as AppState
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.document import about, answers, parameters, properties
from api.document.examples import putting
from api.document.schemas import without_null_defaults
from api.http.methods import allow_of, options
from api.http.trace_requests import NO_TELEMETRY
from api.tmf641 import (
    addresses,
    cancel_tasks,
    errors,
    hub,
    order_changes,
    order_placing,
    service_orders,
)
from api.tmf641.bodies.service_orders import (
    CancelServiceOrderCreate,
    ServiceOrderCreate,
    ServiceOrderUpdate,
)
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.routes import schemas
from api.tmf641.words import WORDS

PATH = addresses.PATH
MAX_BODY = 256 * 1024
"""An order of 100 items fits."""

log = structlog.get_logger(__name__)

_TITLE, _VERSION = "Service Ordering", "4.1.0"
_ROUTERS = (
    *(service_orders.router, order_placing.router, order_changes.router),
    *(cancel_tasks.router, hub.router),
)
_TAGS = {
    "serviceOrder": "Orders of services: placing, reading, changing and deleting them.",
    "cancelServiceOrder": "Requests to cancel an order.",
    "events subscription": "Addresses that are told of changes: none can be registered.",
}
_DESCRIPTION = """\
TM Forum's TMF641 Service Ordering Management v4.1, as this engine offers it.

`code` of an error is the number of TMF641 v3; `reason` begins with a stable word. A well-formed
order that breaks a business rule is stored as `rejected`, with `errorMessage` on the guilty item.
Attributes that this description does not name are ignored. Lists answer 200, also with a part of
the list. Moments are RFC 3339 with an offset, and are sent in UTC.
"""


class Crashes:
    """Middleware that answers crashes, which Starlette would answer in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def send_noted(message: Message) -> None:
            nonlocal answered
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception:
            if answered or scope["type"] != "http":
                raise  # half an answer is out already
            log.exception("request_crashed")
            await errors.answer(TmfError(Fault.INTERNAL))(scope, receive, send)


def is_below(path: str) -> bool:
    """Return whether this path of the whole API is TMF641's."""
    return path == PATH or path.startswith(f"{PATH}/")


def refusal(status: int) -> ASGIApp:
    """Make the answer to a request that is refused with this status before it gets here."""
    return errors.answer(errors.of_status(status))


def create_app(state: AppState) -> FastAPI:
    """Create the application, to be mounted at ``PATH`` of an app with this state."""
    app = _described()
    errors.handle(app)
    app.exception_handler(405)(_refuse_method)
    app.add_middleware(Crashes)
    app.state = state
    return app


async def _refuse_method(request: Request, _error: Exception) -> Response:
    """Answer 405, or OPTIONS, with every method of the resource."""
    if request.method == "OPTIONS":
        return options(request)
    return errors.answer(TmfError(Fault.METHOD_NOT_ALLOWED, headers=allow_of(request)))


def openapi_document() -> dict[str, Any]:
    """The description, OpenAPI 3.1. Needs no running server."""
    return _described().openapi()


def _described() -> FastAPI:
    app = FastAPI(
        title=_TITLE,
        version=_VERSION,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
    )
    for router in _ROUTERS:
        app.router.routes.extend(router.routes)
    app.openapi = lambda: _document(app.routes)  # type: ignore[method-assign] # FastAPI's way
    return app


def _document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    document = get_openapi(
        **about.info(_TITLE, _VERSION, _DESCRIPTION),
        routes=routes,
        servers=[{"url": PATH, "description": "The installation that serves it."}],
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    bodies = schemas(ServiceOrderCreate, ServiceOrderUpdate, CancelServiceOrderCreate)
    components["schemas"] |= bodies
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # FastAPI's own; here it is 400
    without_null_defaults(document)
    properties.describe(components["schemas"], WORDS)
    parameters.describe(document)
    answers.describe(document)
    putting.put(document)
    components["securitySchemes"] = {
        "client": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    return document
