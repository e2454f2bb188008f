"""Smart-ID's HTTP application, its phones' page, and ``/_control``."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from simulators.faults import Fault, Faults, faults_control
from simulators.signing.clock import Clock
from simulators.signing.control import sessions_control
from simulators.signing.faults import faulty, garbled
from simulators.signing.keys import OF_CERTIFICATES, OF_SIGNATURES, Keys
from simulators.signing.page import phones
from simulators.signing.parties import RelyingParty
from simulators.signing.sessions import Sessions, Words
from simulators.smart_id.answers import refused
from simulators.smart_id.control import people_control
from simulators.smart_id.people import People, Person
from simulators.smart_id.repeats import Repeats
from simulators.smart_id.service import SmartId
from simulators.smart_id.states import States
from simulators.trust.identities import Identities, Service

SMART_ID_PATH = "/smart-id-rp/v3"
DEMO = RelyingParty("00000000-0000-4000-8000-000000000000", "DEMO")
_WORDS = Words(refused="USER_REFUSED_INTERACTION", timed_out="TIMEOUT", wrong_code="WRONG_VC")
_KINDS = {
    "certificate": faulty("result") | OF_CERTIFICATES,
    "sign": faulty("result") | OF_SIGNATURES,
    "session": faulty(),
}
_Work = Callable[[Request, Person | None, Fault | None], Awaitable[Response]]


def create_app(trust_dir: Path, *, party: RelyingParty = DEMO, anybody: bool = False) -> FastAPI:
    """Create the simulator; ``trust_dir`` has the keys of ``simulators.trust``.

    ``anybody``: not only SK's test people have an account, but everybody with a valid code.
    """
    clock, people = Clock(), People(anybody=anybody)
    faults = Faults(_KINDS, dict.fromkeys(_KINDS, "the personal code"))
    sessions = Sessions(clock, _WORDS)
    keys = Keys(Identities(trust_dir), Service.SMART_ID)
    app = FastAPI(
        title="Smart-ID simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    service = SmartId(party, keys, sessions, Repeats(clock))
    for router in (
        _certificates(service, people, faults),
        _signatures(service, people, faults),
        _states(States(people, keys, sessions), sessions, faults),
        _refusals(),
    ):
        app.include_router(router, prefix=SMART_ID_PATH, tags=["service"])
    app.include_router(phones("Smart-ID phones", sessions))

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


def _certificates(service: SmartId, people: People, faults: Faults) -> APIRouter:
    router = APIRouter(default_response_class=Response)

    @router.post("/signature/certificate-choice/notification/etsi/{identifier}")
    async def choose(request: Request, identifier: str) -> Response:
        person = people.of_etsi(identifier)
        return await _done(request, service.choose, person, faults, "certificate")

    @router.post("/signature/certificate/{document}")
    async def certificate(request: Request, document: str) -> Response:
        person = people.of_document(document)
        return await _done(request, service.certificate, person, faults, "certificate")

    return router


def _signatures(service: SmartId, people: People, faults: Faults) -> APIRouter:
    router = APIRouter(default_response_class=Response)

    @router.post("/signature/notification/etsi/{identifier}")
    async def sign(request: Request, identifier: str) -> Response:
        return await _done(request, service.sign, people.of_etsi(identifier), faults, "sign")

    @router.post("/signature/notification/document/{document}")
    async def sign_with_document(request: Request, document: str) -> Response:
        return await _done(request, service.sign, people.of_document(document), faults, "sign")

    return router


def _states(states: States, sessions: Sessions, faults: Faults) -> APIRouter:
    router = APIRouter(default_response_class=Response)

    @router.get("/session/{session_id}")
    async def status(request: Request, session_id: str) -> Response:
        session, wait = sessions.find(session_id), request.query_params.get("timeoutMs")
        fault = faults.take("session", about=[] if session is None else [session.person])
        return await garbled(request, fault, lambda: states.status(session_id, wait), refused)

    return router


def _refusals() -> APIRouter:
    """Device links and logins: this relying party has no right to them."""
    router = APIRouter(default_response_class=Response)

    @router.post("/authentication/{_rest:path}")
    @router.post("/signature/device-link/{_rest:path}")
    @router.post("/signature/certificate-choice/device-link/{_rest:path}")
    @router.post("/signature/notification/linked/{_rest:path}")
    async def not_allowed(_rest: str) -> Response:
        return refused(403, "no permission to use this endpoint")

    return router


async def _done(
    request: Request, work: _Work, person: Person | None, faults: Faults, source: str
) -> Response:
    fault = faults.take(source, about=[] if person is None else [person.code])
    return await garbled(request, fault, lambda: work(request, person, fault), refused)
