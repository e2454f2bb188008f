"""Mobile-ID's HTTP application, its phones' page, and ``/_control``."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from simulators.faults import Faults, faults_control
from simulators.mobile_id.answers import refused
from simulators.mobile_id.control import people_control
from simulators.mobile_id.people import People
from simulators.mobile_id.service import MobileId
from simulators.signing.clock import Clock
from simulators.signing.control import sessions_control
from simulators.signing.faults import faulty, garbled
from simulators.signing.keys import OF_CERTIFICATES, OF_SIGNATURES, Keys
from simulators.signing.page import phones
from simulators.signing.parties import RelyingParty
from simulators.signing.sessions import Kind, Sessions, Words
from simulators.subjects import values_of
from simulators.trust.identities import Identities, Service

MOBILE_ID_PATH = "/mid-api"
DEMO = RelyingParty("00000000-0000-0000-0000-000000000000", "DEMO")
_WORDS = Words(refused="USER_CANCELLED", timed_out="TIMEOUT", wrong_code="USER_CANCELLED")
_KINDS = {
    "certificate": faulty("result") | OF_CERTIFICATES,
    "sign": faulty("result") | OF_SIGNATURES,
    "session": faulty(),
}


def create_app(trust_dir: Path, *, party: RelyingParty = DEMO, anybody: bool = False) -> FastAPI:
    """Create the simulator; ``trust_dir`` has the keys of ``simulators.trust``.

    ``anybody``: not only SK's test people have Mobile-ID, but everybody, on any number.
    """
    clock, people, faults = Clock(), People(anybody=anybody), _faults()
    sessions = Sessions(clock, _WORDS)
    keys = Keys(Identities(trust_dir), Service.MOBILE_ID)
    app = FastAPI(
        title="Mobile-ID simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    service = MobileId(party, people, keys, sessions)
    for router in (_starts(service, faults), _states(service, sessions, faults)):
        app.include_router(router, prefix=MOBILE_ID_PATH)
    app.include_router(phones("Mobile-ID phones", sessions))

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    for router in (
        sessions_control(sessions, clock),
        people_control(people),
        faults_control(faults),
    ):
        app.include_router(router, prefix="/_control")
    return app


def _faults() -> Faults:
    return Faults(_KINDS, dict.fromkeys(_KINDS, "the personal code or the number"))


def _starts(service: MobileId, faults: Faults) -> APIRouter:
    router = APIRouter(tags=["service"], default_response_class=Response)

    async def about(request: Request) -> list[str]:
        names = ("nationalIdentityNumber", "phoneNumber")
        return [each for name in names for each in await values_of(request, name)]

    @router.post("/certificate")
    async def certificate(request: Request) -> Response:
        fault = faults.take("certificate", about=await about(request))
        return await garbled(request, fault, lambda: service.certificate(request, fault), refused)

    @router.post("/signature")
    async def sign(request: Request) -> Response:
        return await start(request, Kind.SIGNATURE)

    @router.post("/authentication")
    async def log_in(request: Request) -> Response:
        return await start(request, Kind.AUTHENTICATION)

    async def start(request: Request, kind: Kind) -> Response:
        fault = faults.take("sign", about=await about(request))
        return await garbled(request, fault, lambda: service.start(request, kind, fault), refused)

    return router


def _states(service: MobileId, sessions: Sessions, faults: Faults) -> APIRouter:
    router = APIRouter(tags=["service"], default_response_class=Response)

    @router.get("/{kind}/session/{session_id}")
    async def status(request: Request, kind: Kind, session_id: str) -> Response:
        session, wait = sessions.find(session_id), request.query_params.get("timeoutMs")
        about = [] if session is None else [session.person, session.phone or ""]
        fault = faults.take("session", about=about)
        return await garbled(
            request, fault, lambda: service.status(session_id, kind, wait), refused
        )

    @router.get("/version")
    async def version() -> PlainTextResponse:
        return PlainTextResponse("Version: 5.2.1. Built: 01.01.2026 00:00")

    return router
