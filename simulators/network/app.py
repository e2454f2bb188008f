"""The network's HTTP application, with ``/_control``."""

from collections import Counter

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from pydantic import SecretStr

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.network import activation, control
from simulators.network.activation import ACTIVATION_PATH, MONITORS_PATH, SERVICES_PATH, Activation
from simulators.network.activator import Activator
from simulators.network.applied import AppliedLog
from simulators.network.bearer import Bearer
from simulators.network.services import Services
from simulators.network.sim_swap import SimSwap
from simulators.network.sims import Sims
from simulators.network.traffic import Counted
from simulators.subjects import values_of

__all__ = ["ACTIVATION_PATH", "SIM_SWAP_PATH", "create_app"]

SIM_SWAP_PATH = "/sim-swap/v2"
_CORRELATOR = "x-correlator"
_KINDS = {SIM_SWAP_PATH: "sim_swap", SERVICES_PATH: "service", MONITORS_PATH: "monitor"}


def create_app(*, token: SecretStr) -> FastAPI:
    """Create the simulator, which accepts this bearer token only."""
    client, counts = Bearer(token), Counter[str]()
    faults = Faults(
        {"sim_swap": TRANSPORT} | activation.FAULTS,
        {"sim_swap": "the number"} | activation.SUBJECTS,
    )
    app = FastAPI(
        title="Mobile-network simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    app.add_middleware(Counted, paths=_KINDS, counts=counts)
    sims, services, log = Sims(), Services(SERVICES_PATH), AppliedLog()
    activator = Activator(services, log)
    _serve(app, SimSwap(sims, client), faults)
    app.include_router(_activation(Activation(client, services, activator, faults)))
    for router in (
        control.sims_control(sims),
        control.services_control(services, activator),
        control.changes_control(activator),
        control.applied_control(activator, log),
        control.requests_control(counts),
        faults_control(faults, lambda: activator.release(faults.on)),
    ):
        app.include_router(router, prefix="/_control")
    return app


def _serve(app: FastAPI, sim_swap: SimSwap, faults: Faults) -> None:
    @app.post(f"{SIM_SWAP_PATH}/check", tags=["SIM swap"], response_class=Response)
    async def check(request: Request) -> Response:
        async def answer() -> Response:
            response = await sim_swap.check(request)
            if _CORRELATOR in request.headers:
                response.headers[_CORRELATOR] = request.headers[_CORRELATOR]
            return response

        fault = faults.take("sim_swap", about=await values_of(request, "phoneNumber"))
        return await disturbed(request, fault, answer)

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}


def _activation(network: Activation) -> APIRouter:
    router = APIRouter(tags=["service activation"], default_response_class=Response)

    @router.post(SERVICES_PATH, status_code=202, description="Needs an Idempotency-Key")
    async def create(request: Request) -> Response:
        return await network.write(request)

    @router.patch(
        SERVICES_PATH + "/{service_id}", status_code=202, description="Needs an Idempotency-Key"
    )
    async def change(request: Request, service_id: str) -> Response:
        return await network.write(request, service_id)

    @router.get(SERVICES_PATH + "/{service_id}")
    async def service(request: Request, service_id: str) -> Response:
        return await network.read_service(request, service_id)

    @router.get(MONITORS_PATH, description="The monitor with ?idempotencyKey=: one or none")
    async def monitors(request: Request) -> Response:
        return await network.find_monitors(request)

    @router.get(MONITORS_PATH + "/{monitor_id}")
    async def monitor(request: Request, monitor_id: str) -> Response:
        return await network.read_monitor(request, monitor_id)

    return router
