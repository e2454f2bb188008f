"""The trust services' HTTP application: OCSP, time-stamps, what to trust, and ``/_control``."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.trust import ocsp, time_stamps
from simulators.trust.control import control
from simulators.trust.identities import Identities
from simulators.trust.ocsp import Responder
from simulators.trust.statuses import Statuses
from simulators.trust.time_stamps import TimeStamps

OCSP_PATH = "/ocsp"
TIME_STAMPS_PATH = "/tsa"
ISSUERS_PATH = "/issuers.pem"
TIME_STAMPERS_PATH = "/time-stampers.pem"


def create_app(directory: Path) -> FastAPI:
    """Create the trust services that share ``directory`` with the signing services.

    Writes there, for who trusts them: issuers.pem and time-stampers.pem.
    """
    identities = Identities(directory)
    identities.write_trusted()
    statuses = Statuses(identities)
    faults = Faults(
        {"ocsp": TRANSPORT | ocsp.FAULTS, "time_stamps": TRANSPORT | time_stamps.FAULTS}
    )
    app = FastAPI(
        title="Trust-service simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    _prove(app, Responder(identities, statuses), TimeStamps(identities), faults)
    _publish(app, identities)
    app.include_router(control(identities, statuses), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _prove(app: FastAPI, responder: Responder, stamps: TimeStamps, faults: Faults) -> None:
    @app.post(OCSP_PATH, tags=["trust"], response_class=Response)
    async def ocsp_response(request: Request) -> Response:
        fault = faults.take("ocsp")

        async def answer() -> Response:
            body = responder.answer(await request.body(), fault.kind if fault else None)
            return Response(body, media_type="application/ocsp-response")

        return await disturbed(request, fault, answer)

    @app.post(TIME_STAMPS_PATH, tags=["trust"], response_class=Response)
    async def time_stamp(request: Request) -> Response:
        fault = faults.take("time_stamps")

        async def answer() -> Response:
            body = stamps.answer(await request.body(), fault.kind if fault else None)
            return Response(body, media_type="application/timestamp-reply")

        return await disturbed(request, fault, answer)


def _publish(app: FastAPI, identities: Identities) -> None:
    @app.get(ISSUERS_PATH, tags=["trust"], response_class=Response)
    async def issuers() -> Response:
        return Response(identities.trusted_issuers(), media_type="application/x-pem-file")

    @app.get(TIME_STAMPERS_PATH, tags=["trust"], response_class=Response)
    async def time_stampers() -> Response:
        return Response(identities.trusted_time_stampers(), media_type="application/x-pem-file")

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}
