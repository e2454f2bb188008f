"""The gateway as its clients meet it, its outbox as people do, and ``/_control``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import SecretStr

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.sms.control import control
from simulators.sms.gateway import Gateway
from simulators.sms.outbox import Outbox
from simulators.sms.page import outbox_page
from simulators.sms.reports import Reporter

_SHOWN = 200


def create_app(*, user: str, password: SecretStr) -> FastAPI:
    """The simulator of an account with this user; ``password`` signs its delivery reports too."""
    outbox, reporter = Outbox(), Reporter(password)
    faults = Faults({"send": TRANSPORT | {"refuse"}, "status": TRANSPORT})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with reporter.at_work():
            yield

    app = FastAPI(
        title="SMS-gateway simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
        lifespan=lifespan,
    )
    _serve(app, Gateway(user, password, outbox, reporter), faults)
    _show(app, outbox)
    app.include_router(control(outbox, reporter), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _serve(app: FastAPI, gateway: Gateway, faults: Faults) -> None:
    @app.post("/v1/omnimessage", tags=["gateway"], status_code=201, response_class=Response)
    async def send(request: Request) -> Response:
        fault = faults.take("send")

        async def answer() -> Response:
            return await gateway.send(request, fault)

        return await disturbed(request, fault, answer)

    @app.get("/v1/omnimessage/{omnimessage_id}/status", tags=["gateway"], response_class=Response)
    async def status(request: Request, omnimessage_id: str) -> Response:
        async def answer() -> Response:
            return gateway.status(request, omnimessage_id)

        return await disturbed(request, faults.take("status"), answer)


def _show(app: FastAPI, outbox: Outbox) -> None:
    @app.get("/", tags=["people"])
    async def page() -> HTMLResponse:
        return HTMLResponse(outbox_page(outbox.newest(_SHOWN)))

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}
