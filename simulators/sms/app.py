"""The gateway's HTTP application, its outbox page, and ``/_control``."""

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
from simulators.subjects import values_of

_SHOWN = 200


def create_app(*, user: str, password: SecretStr) -> FastAPI:
    """Create a gateway with one account; ``password`` signs its delivery reports too."""
    outbox, reporter = Outbox(), Reporter(password)
    faults = Faults(
        {"send": TRANSPORT | {"refuse"}, "status": TRANSPORT},
        {"send": "the number", "status": "the number"},
    )

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
    gateway = Gateway(user, password, outbox, reporter)
    _take(app, gateway, faults)
    _tell(app, gateway, outbox, faults)
    _show(app, outbox)
    app.include_router(control(outbox, reporter), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _take(app: FastAPI, gateway: Gateway, faults: Faults) -> None:
    @app.post("/v1/omnimessage", tags=["gateway"], status_code=201, response_class=Response)
    async def send(request: Request) -> Response:
        fault = faults.take("send", about=await values_of(request, "to"))

        async def answer() -> Response:
            return await gateway.send(request, fault)

        return await disturbed(request, fault, answer)


def _tell(app: FastAPI, gateway: Gateway, outbox: Outbox, faults: Faults) -> None:
    @app.get("/v1/omnimessage/{omnimessage_id}/status", tags=["gateway"], response_class=Response)
    async def status(request: Request, omnimessage_id: str) -> Response:
        message = outbox.omnimessage(omnimessage_id)
        fault = faults.take("status", about=[] if message is None else [message.to])

        async def answer() -> Response:
            return gateway.status(request, omnimessage_id)

        return await disturbed(request, fault, answer)


def _show(app: FastAPI, outbox: Outbox) -> None:
    @app.get("/", tags=["people"])
    async def page() -> HTMLResponse:
        return HTMLResponse(outbox_page(outbox.newest(_SHOWN)))

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}
