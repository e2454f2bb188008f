"""The network's HTTP application, with ``/_control``."""

from collections import Counter

from fastapi import APIRouter, FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import Response
from pydantic import SecretStr
from starlette.exceptions import HTTPException

from simulators.bearer import Bearer
from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.network import activation, control, product_control, profile_control
from simulators.network.activation import Activation
from simulators.network.activation_routes import (
    ACTIVATION_PATH,
    MONITORS_PATH,
    SERVICES_PATH,
    activation_routes,
    not_routed,
)
from simulators.network.activator import Activator
from simulators.network.applied import AppliedLog
from simulators.network.doorway import Doorway
from simulators.network.monitor_store import MonitorStore
from simulators.network.products import Products
from simulators.network.profiles import ProfileName, Profiles
from simulators.network.reading import Reading
from simulators.network.services import Services
from simulators.network.sim_swap import SimSwap
from simulators.network.sims import Sims
from simulators.network.views import Views
from simulators.subjects import values_of
from simulators.traffic import Counted

__all__ = ["ACTIVATION_PATH", "SIM_SWAP_PATH", "create_app"]

SIM_SWAP_PATH = "/sim-swap/v2"
_CORRELATOR = "x-correlator"
_KINDS = {SIM_SWAP_PATH: "sim_swap", SERVICES_PATH: "service", MONITORS_PATH: "monitor"}


def create_app(*, token: SecretStr, profile: ProfileName = "async") -> FastAPI:
    """Create the simulator, which accepts this bearer token only and starts in this profile."""
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
        exception_handlers={HTTPException: _error},
    )
    app.add_middleware(Counted, paths=_KINDS, counts=counts)
    sims = Sims()
    _serve(app, SimSwap(sims, client), faults)
    for router in (
        control.sims_control(sims),
        control.requests_control(counts),
        *_activation(app, client, faults, Profiles(profile), sims),
    ):
        app.include_router(router, prefix="/_control")
    return app


def _activation(
    app: FastAPI, client: Bearer, faults: Faults, profiles: Profiles, sims: Sims
) -> list[APIRouter]:
    """Serve Service Activation; return what controls it."""
    services, log, monitors = Services(SERVICES_PATH), AppliedLog(), MonitorStore(profiles)
    products = Products(services, sims)
    activator = Activator(products, monitors, log, profiles)
    doorway = Doorway(client, services, faults, profiles)
    views = Views(MONITORS_PATH, services, activator, profiles)
    app.include_router(
        activation_routes(
            Activation(doorway, activator, monitors, views),
            Reading(doorway, services, activator, monitors, views),
        )
    )
    return [
        control.services_control(services, activator),
        product_control.products_control(products, activator),
        control.changes_control(activator),
        control.applied_control(activator, log),
        faults_control(faults, lambda: activator.release(faults.on)),
        profile_control.profile_control(profiles),
        profile_control.strangers_control(doorway, services, monitors, views),
    ]


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


async def _error(request: Request, error: HTTPException) -> Response:
    """Answer for a path or method that is not there, in TMF630's shape where TMF640 is."""
    if request.url.path.startswith(ACTIVATION_PATH):
        return not_routed(request, error)
    return await http_exception_handler(request, error)
