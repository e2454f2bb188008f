"""Certificates, signatures and logins, as SK-EID/MID describes them."""

from fastapi import Request
from fastapi.responses import Response
from pydantic import ValidationError

from simulators.faults import Fault
from simulators.mobile_id.answers import answered, bad_body, refused
from simulators.mobile_id.forms import CertificateForm, SessionForm
from simulators.mobile_id.people import NOT_A_CLIENT, People
from simulators.signing.keys import Keys, over, signature, written
from simulators.signing.parties import RelyingParty
from simulators.signing.sessions import Kind, Session, Sessions

_DEFAULT_WAIT, _LEAST_WAIT, _LONGEST_WAIT = 10_000, 1_000, 60_000


class MobileId:
    """The service's side of one relying party."""

    def __init__(self, party: RelyingParty, people: People, keys: Keys, sessions: Sessions) -> None:
        self._party = party
        self._people = people
        self._keys = keys
        self._sessions = sessions

    async def certificate(self, request: Request, fault: Fault | None) -> Response:
        """Return the certificate that somebody signs with."""
        try:
            form = CertificateForm.model_validate_json(await request.body())
        except ValidationError as error:
            return bad_body(error)
        if not self._party.sent(form.uuid, form.name):
            return refused(401, "Failed to authorize user")
        if fault is not None and fault.kind == "result":
            return answered(result=fault.code)
        person = self._people.find(form.phone, form.code)
        if person is None or person.result == NOT_A_CLIENT:
            return answered(result="NOT_FOUND")
        if not person.active:
            return answered(result="NOT_ACTIVE")
        return answered(result="OK", cert=written(self._keys.signer(form.code, fault).der))

    async def start(self, request: Request, kind: Kind, fault: Fault | None) -> Response:
        """Ask a phone; a number without Mobile-ID is told by the session."""
        try:
            form = SessionForm.model_validate_json(await request.body())
        except ValidationError as error:
            return bad_body(error)
        if not self._party.sent(form.uuid, form.name):
            return refused(401, "Failed to authorize user")
        person = self._people.find(form.phone, form.code)
        word = NOT_A_CLIENT if person is None else person.result
        if fault is not None and fault.kind == "result":
            word = fault.code or "SIM_ERROR"
        session = _session(form, kind, word, fault)
        self._sessions.start(session)
        return answered(sessionID=session.id)

    async def status(self, session_id: str, kind: Kind, wait: str | None) -> Response:
        """Wait for an answer of the phone, and return it."""
        session = self._sessions.find(session_id)
        if session is None or session.kind is not kind:
            return refused(404, "SessionID not found")
        if not await self._sessions.completed(session, _seconds(wait)):
            return answered(state="RUNNING")
        if session.result != self._sessions.words.ok:
            return answered(state="COMPLETE", result=session.result)
        return self._signed(session)

    def _signed(self, session: Session) -> Response:
        login = session.kind is Kind.AUTHENTICATION
        signer = (
            self._keys.login(session.person)
            if login
            else self._keys.signer(session.person, session.fault)
        )
        value = signature(signer.key, over(session.digest, session.fault), session.hash_type)
        algorithm = f"{session.hash_type}WithECEncryption"
        more = {"cert": written(signer.der)} if login else {}
        return answered(
            state="COMPLETE",
            result="OK",
            signature={"value": written(value), "algorithm": algorithm},
            **more,
        )


def _session(form: SessionForm, kind: Kind, word: str, fault: Fault | None) -> Session:
    return Session(
        kind=kind,
        person=form.code,
        phone=form.phone,
        relying_party=form.name,
        text=form.shown_text,
        language=form.shown_language,
        code=_code(form.digest),
        hash_type=form.hash_type,
        digest=form.digest,
        fault=fault,
        word=word,
    )


def _code(digest: bytes) -> str:
    """The verification code: the first 6 and the last 7 bits."""
    bits = f"{int.from_bytes(digest):0{len(digest) * 8}b}"
    return f"{int(bits[:6] + bits[-7:], 2):04d}"


def _seconds(wait: str | None) -> float:
    """Of a long poll: values out of range silently become the nearest that is allowed."""
    asked = int(wait) if wait is not None and wait.isdecimal() else _DEFAULT_WAIT
    return min(max(asked, _LEAST_WAIT), _LONGEST_WAIT) / 1000
