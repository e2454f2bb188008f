"""The network as its clients meet it, and ``/_control``."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from pydantic import SecretStr

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.network.sim_swap import SimSwap
from simulators.network.sims import SimForm, Sims

SIM_SWAP_PATH = "/sim-swap/v2"
_CORRELATOR = "x-correlator"


def create_app(*, token: SecretStr) -> FastAPI:
    """The simulator that answers those who bring this bearer token."""
    sims = Sims()
    faults = Faults({"sim_swap": TRANSPORT})
    app = FastAPI(
        title="Mobile-network simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    _serve(app, SimSwap(sims, token), faults)
    app.include_router(_control(sims), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _serve(app: FastAPI, sim_swap: SimSwap, faults: Faults) -> None:
    @app.post(f"{SIM_SWAP_PATH}/check", tags=["SIM swap"], response_class=Response)
    async def check(request: Request) -> Response:
        async def answer() -> Response:
            response = await sim_swap.check(request)
            if _CORRELATOR in request.headers:
                response.headers[_CORRELATOR] = request.headers[_CORRELATOR]
            return response

        return await disturbed(request, faults.take("sim_swap"), answer)

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}


def _control(sims: Sims) -> APIRouter:
    router = APIRouter(tags=["SIMs"])

    @router.get("/sims", description="Those that were told of")
    async def read_sims() -> list[SimForm]:
        return sims.told()

    @router.put("/sims")
    async def put_sim(sim: SimForm) -> SimForm:
        sims.put(sim)
        return sim

    @router.delete("/sims", status_code=204, description="As at the start")
    async def forget_sims() -> None:
        sims.forget()

    return router
