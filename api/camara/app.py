"""CAMARA's API as an application mounted in ours, with its own errors and correlator."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import State as AppState
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.camara import errors
from api.camara.errors import CamaraError
from api.camara.one_time_password import CORRELATED, router
from api.document import about, answers
from api.document.examples import putting
from api.http.methods import allow_of, options
from api.http.trace_requests import NO_TELEMETRY

PATH = "/one-time-password-sms/v1"
_TITLE, _VERSION = "One Time Password SMS", "1.1.1"
_DESCRIPTION = """\
CAMARA's One Time Password SMS v1.1.1 (release r3.2), as this engine offers it: a code is sent to a
phone number, and checked. `x-correlator` of the request is in the answer; without one, one is made.
"""
_OPEN_ID = {
    "type": "openIdConnect",
    "openIdConnectUrl": "https://login.telekom.example/.well-known/openid-configuration",
    "description": "The operator's issuer of tokens for programs: its address is the operator's.",
}

log = structlog.get_logger(__name__)

_CORRELATOR = re.compile(r"[a-zA-Z0-9\-_:;./<>{}]{0,256}")


class Correlation:
    """Middleware that echoes ``x-correlator``, or makes one up, and refuses a malformed one.

    It also answers crashes, which Starlette would answer in plain text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-correlator", b"").decode("latin-1")
        fits = _CORRELATOR.fullmatch(given) is not None
        correlator = given if fits and given else str(uuid4())
        answered = False

        async def send_marked(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                message["headers"] += ((b"x-correlator", correlator.encode()),)
            await send(message)

        app = self._app if fits else errors.answer(CamaraError("INVALID_ARGUMENT"))
        try:
            await app(scope, receive, send_marked)
        except Exception:
            if answered:
                raise  # half an answer is out already
            log.exception("request_crashed")
            answer = errors.answer(CamaraError("INTERNAL"))
            await answer(scope, receive, send_marked)


def is_below(path: str) -> bool:
    """Return whether this path of the whole API is CAMARA's."""
    return path == PATH or path.startswith(f"{PATH}/")


def refusal(status: int) -> ASGIApp:
    """Make the answer to a request that is refused with this status before it gets here."""
    return Correlation(errors.answer(errors.of_status(status)))


def create_app(state: AppState) -> FastAPI:
    """Create the application, to be mounted at ``PATH`` of an app with this state."""
    app = _described()
    errors.handle(app)
    app.exception_handler(405)(_refuse_method)
    app.add_middleware(Correlation)
    app.state = state
    return app


async def _refuse_method(request: Request, _error: Exception) -> Response:
    """Answer 405, or OPTIONS, with every method of the resource."""
    if request.method == "OPTIONS":
        return options(request)
    return errors.answer(CamaraError("METHOD_NOT_ALLOWED", allow_of(request)))


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
    app.router.routes.extend(router.routes)
    app.openapi = lambda: _document(app.routes)  # type: ignore[method-assign] # FastAPI's way
    return app


def _document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    document = get_openapi(
        **about.info(_TITLE, _VERSION, _DESCRIPTION),
        routes=routes,
        servers=[{"url": PATH, "description": "The installation that serves it."}],
        tags=[{"name": "OTP Management", "description": "Sending a code, and checking it."}],
    )
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name)
    components["schemas"]["ErrorInfo"] = errors.ErrorInfo.model_json_schema()
    for path in document["paths"].values():
        path["post"]["responses"].pop("422")  # FastAPI's own; here it is CAMARA's 400
        for response in path["post"]["responses"].values():
            response["headers"] = {"x-correlator": CORRELATED}
    components["securitySchemes"] = {"openId": _OPEN_ID}
    answers.describe(document)
    putting.put(document)
    return document
