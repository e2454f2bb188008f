"""Certificate choice, signatures and certificates, as the RP API describes them."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import ValidationError

from simulators.faults import Fault
from simulators.signing.keys import Keys, written
from simulators.signing.parties import RelyingParty
from simulators.signing.sessions import Kind, Session, Sessions
from simulators.smart_id.answers import answered, bad_body, refused
from simulators.smart_id.forms import CertificateForm, ChoiceForm, SignatureForm
from simulators.smart_id.interactions import WITH_CHOICE, read
from simulators.smart_id.people import Person
from simulators.smart_id.repeats import Repeats

Form = TypeVar("Form", bound=CertificateForm)


class SmartId:
    """The service's side of one relying party."""

    def __init__(
        self, party: RelyingParty, keys: Keys, sessions: Sessions, repeats: Repeats
    ) -> None:
        self._party = party
        self._keys = keys
        self._sessions = sessions
        self._repeats = repeats

    async def choose(
        self, request: Request, person: Person | None, fault: Fault | None
    ) -> Response:
        """Find somebody's account; the phone asks only where there are two."""
        body = await request.body()

        def begin(form: ChoiceForm, person: Person) -> Session:
            return Session(
                kind=Kind.CERTIFICATE_CHOICE,
                person=person.code,
                relying_party=form.name,
                fault=fault,
                word=_word(fault, "OK"),
            )

        return self._begun(ChoiceForm, request, body, person, begin)

    async def sign(self, request: Request, person: Person | None, fault: Fault | None) -> Response:
        """Ask somebody's phone for a signature."""
        body = await request.body()

        def begin(form: SignatureForm, person: Person) -> Session:
            first = read(form.interactions)[0]
            code = _code()
            return Session(
                kind=Kind.SIGNATURE,
                person=person.code,
                relying_party=form.name,
                text=first.text,
                code=code,
                codes=_three(code) if first.type == WITH_CHOICE else (),
                interaction=person.refused or first.type,
                hash_type=form.parameters.hash_type,
                digest=form.parameters.digest_bytes,
                fault=fault,
                word=_word(fault, person.result),
            )

        return self._begun(SignatureForm, request, body, person, begin)

    async def certificate(
        self, request: Request, person: Person | None, fault: Fault | None
    ) -> Response:
        """Return the certificate of an account, without asking anybody."""
        form = self._read(CertificateForm, await request.body(), person)
        if isinstance(form, Response) or person is None:
            return form if isinstance(form, Response) else refused(404, "no such document")
        if _word(fault, "OK") != "OK":
            return answered(state=_word(fault, "OK"))
        value = written(self._keys.signer(person.code, fault).der)
        return answered(state="OK", cert={"value": value, "certificateLevel": person.level})

    def _begun(
        self,
        model: type[Form],
        request: Request,
        body: bytes,
        person: Person | None,
        begin: Callable[[Form, Person], Session],
    ) -> Response:
        form = self._read(model, body, person)
        if isinstance(form, Response) or person is None:
            return form if isinstance(form, Response) else refused(404, "no such account")
        path = request.url.path
        known = self._repeats.session(path, body)
        session = None if known is None else self._sessions.find(known)
        if session is None:
            session = begin(form, person)
            self._sessions.start(session, asks=_asks(session, person))
            self._repeats.keep(path, body, session.id)
        if session.kind is Kind.CERTIFICATE_CHOICE:
            return answered(sessionID=session.id)
        vc = {"type": "numeric4", "value": session.code}
        return answered(sessionID=session.id, vc=vc)

    def _read(self, model: type[Form], body: bytes, person: Person | None) -> Form | Response:
        try:
            form = model.model_validate_json(body)
        except ValidationError as error:
            return bad_body(error)
        if not self._party.sent(form.uuid, form.name):
            return refused(401, "Wrong relying party")
        if person is not None and person.level == "ADVANCED" and form.level != "ADVANCED":
            return refused(471, "No suitable account")
        return form


def _asks(session: Session, person: Person) -> bool:
    return session.kind is Kind.SIGNATURE or person.other_account


def _word(fault: Fault | None, usual: str) -> str:
    if fault is not None and fault.kind == "result":
        return fault.code or "SERVER_ERROR"
    return usual


def _code() -> str:
    return f"{secrets.randbelow(10_000):04d}"


def _three(code: str) -> tuple[str, ...]:
    codes = {code}
    while len(codes) < 3:
        codes.add(_code())
    return tuple(sorted(codes))
