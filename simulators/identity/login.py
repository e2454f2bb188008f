"""A person logs in: from the authorization request to a code that is good once, for 30 seconds."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from domain.identifiers import InvalidIdentifier, PersonKey
from simulators.identity.clients import PERSON_CLIENT
from simulators.identity.page import login_page
from simulators.identity.tokens import Login

CODE_LIFE = 30
METHODS = ("mID", "smartid", "idcard")


class AuthorizationRequest(BaseModel, frozen=True):
    """The portal's authorization request (OpenID Connect Core 3.1.2.1, RFC 7636)."""

    response_type: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    scope: str = "openid"
    state: str = ""
    nonce: str = ""

    def problem(self) -> str | None:
        """Reason why the request is refused; nothing may then be sent to its ``redirect_uri``."""
        where = urlsplit(self.redirect_uri)
        if self.client_id != PERSON_CLIENT:
            return "unknown client_id"
        if where.scheme not in {"http", "https"} or where.hostname not in {
            "127.0.0.1",
            "localhost",
        }:
            return "redirect_uri must be on this machine"
        if (self.response_type, self.code_challenge_method) != ("code", "S256"):
            return "only response_type=code with code_challenge_method=S256"
        return None

    def answered(self, **answer: str) -> RedirectResponse:
        """Return the redirect back to the portal."""
        sign = "&" if urlsplit(self.redirect_uri).query else "?"
        query = urlencode(answer | ({"state": self.state} if self.state else {}))
        return RedirectResponse(f"{self.redirect_uri}{sign}{query}", 303)


@dataclass(frozen=True, slots=True)
class Granted:
    """The login that an authorization code was issued for."""

    request: AuthorizationRequest
    login: Login
    until: float


class Codes:
    """Authorization codes that were not exchanged yet."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._granted: dict[str, Granted] = {}

    def issue(self, request: AuthorizationRequest, login: Login) -> str:
        now = self._now()
        self._granted = {code: each for code, each in self._granted.items() if each.until > now}
        code = secrets.token_urlsafe(24)
        self._granted[code] = Granted(request, login, now + CODE_LIFE)
        return code

    def redeem(self, code: str) -> Granted | None:
        """Return the login of the code, once; None if the code is unknown, used or expired."""
        granted = self._granted.pop(code, None)
        return granted if granted is not None and granted.until > self._now() else None


def authorization(codes: Codes) -> APIRouter:
    """``/oauth2/auth``: the page; or, with ``login_hint``, straight back with a code."""
    router = APIRouter(prefix="/oauth2", tags=["login"])

    @router.get("/auth")
    async def ask(request: Request) -> Response:
        return _answer(codes, dict(request.query_params))

    @router.post("/auth")
    async def log_in(request: Request) -> Response:
        form = await request.form()
        return _answer(codes, {name: str(value) for name, value in form.items()})

    return router


def _answer(codes: Codes, sent: Mapping[str, str]) -> Response:
    try:
        asked = AuthorizationRequest.model_validate(sent)
    except ValidationError as error:
        missing = ", ".join(str(each["loc"][0]) for each in error.errors())
        return PlainTextResponse(f"missing: {missing}", 400)
    problem = asked.problem()
    if problem is not None:
        return PlainTextResponse(problem, 400)
    if "cancel" in sent:
        return asked.answered(error="user_cancel")  # the error code that TARA uses
    if not sent.get("login_hint"):
        return HTMLResponse(login_page(asked.model_dump()))
    try:
        login = Login(person_of(sent["login_hint"]), _method(sent), sent.get("phone") or None)
    except ValueError as error:
        return HTMLResponse(login_page(asked.model_dump(), str(error)), 422)
    return asked.answered(code=codes.issue(asked, login))


def person_of(code: str) -> PersonKey:
    """The person of an Estonian code, with or without its EE. Raises InvalidIdentifier."""
    today = datetime.now(UTC).date()
    try:
        return PersonKey.of("EE", code.strip().removeprefix("EE"), today=today)
    except InvalidIdentifier as error:
        raise InvalidIdentifier("Not a valid Estonian personal code.") from error


def _method(sent: Mapping[str, str]) -> str:
    method = sent.get("method", METHODS[0])
    if method not in METHODS:
        raise ValueError("Unknown login method.")
    return method
