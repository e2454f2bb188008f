"""A browser logs in: from the authorization request to a code that is good once, for 30 seconds.

``portal-login`` is asked each time. The web pages' clients take part in single sign-on: their
browser comes straight back while its login is recent and strong enough.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError

from domain.identifiers import InvalidIdentifier, PersonKey
from domain.identity import Acr
from simulators.identity.clients import CLIENTS, PERSON_CLIENT, Client
from simulators.identity.codes import Codes
from simulators.identity.logout import is_here
from simulators.identity.page import login_page, staff_login_page
from simulators.identity.sso import COOKIE, SsoSession, SsoSessions
from simulators.identity.staff import MEMBERS, Member
from simulators.identity.tokens import Login

METHODS = ("mID", "smartid", "idcard")


class AuthorizationRequest(BaseModel, frozen=True):
    """A program's authorization request (OpenID Connect Core 3.1.2.1, RFC 7636)."""

    response_type: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    scope: str = "openid"
    state: str = ""
    nonce: str = ""
    prompt: str = ""
    max_age: int | None = Field(None, ge=0)
    acr_values: str = ""

    @property
    def client(self) -> Client | None:
        """The program, if it may log people in."""
        client = CLIENTS.get(self.client_id)
        logs_in = client is not None and (client.logs_in or client.client_id == PERSON_CLIENT)
        return client if logs_in else None

    def problem(self) -> str | None:
        """Reason why the request is refused; nothing may then be sent to its ``redirect_uri``."""
        if self.client is None:
            return "unknown client_id"
        if not is_here(self.redirect_uri):
            return "redirect_uri must be on this machine"
        if (self.response_type, self.code_challenge_method) != ("code", "S256"):
            return "only response_type=code with code_challenge_method=S256"
        return None

    def fields(self) -> dict[str, str]:
        """The request again, for the form that carries it on."""
        return {n: str(v) for n, v in self.model_dump(exclude_none=True).items() if v != ""}

    def satisfied_by(self, session: SsoSession, age: float) -> bool:
        """Return whether a login of this age needs no other one."""
        recent = self.prompt != "login" and (self.max_age is None or age <= self.max_age)
        return recent and (isinstance(session.who, Member) or self.reached(session.who.acr))

    def reached(self, acr: str) -> bool:
        """Return whether a login is as strong as the weakest that was asked for."""
        wanted = [Acr[each.upper()] for each in self.acr_values.split() if each in _LEVELS]
        return not wanted or Acr[acr.upper()] >= min(wanted)


_LEVELS = frozenset(level.claim for level in Acr)


class Authorization:
    """``/oauth2/auth``: the page; or, with ``login_hint``, straight back with a code."""

    def __init__(self, issuer: str, codes: Codes, sso: SsoSessions) -> None:
        self._issuer = issuer
        self._codes = codes
        self._sso = sso

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/oauth2", tags=["login"])

        @router.get("/auth")
        async def ask(request: Request) -> Response:
            return self._answer(dict(request.query_params), request.cookies.get(COOKIE))

        @router.post("/auth")
        async def log_in(request: Request) -> Response:
            form = await request.form()
            return self._answer({name: str(value) for name, value in form.items()}, None)

        return router

    def _answer(self, sent: Mapping[str, str], cookie: str | None) -> Response:
        try:
            asked = AuthorizationRequest.model_validate(sent)
        except ValidationError as error:
            missing = ", ".join(str(each["loc"][0]) for each in error.errors())
            return PlainTextResponse(f"missing: {missing}", 400)
        client, problem = asked.client, asked.problem()
        if problem is not None or client is None:
            return PlainTextResponse(problem or "", 400)
        if "cancel" in sent:
            return self._back(asked, error="user_cancel")  # the error code that TARA uses
        if not sent.get("login_hint"):
            return self._single_sign_on(asked, client, cookie)
        try:
            who = _member(sent) if client.kind == "staff" else _login(sent)
        except ValueError as error:
            return HTMLResponse(_page(asked, client, str(error)), 422)
        return self._logged_in(asked, client, who)

    def _single_sign_on(
        self, asked: AuthorizationRequest, client: Client, cookie: str | None
    ) -> Response:
        kind: Any = Member if client.kind == "staff" else Login
        session = self._sso.find(cookie, kind) if client.logs_in else None
        if session is not None and asked.satisfied_by(session, self._sso.age(session)):
            return self._back(asked, code=self._codes.issue(asked, session.who, session))
        if asked.prompt == "none":
            return self._back(asked, error="login_required")
        return HTMLResponse(_page(asked, client))

    def _logged_in(
        self, asked: AuthorizationRequest, client: Client, who: Login | Member
    ) -> Response:
        if not client.logs_in:
            return self._back(asked, code=self._codes.issue(asked, who))
        cookie, session = self._sso.begin(who)
        response = self._back(asked, code=self._codes.issue(asked, who, session))
        response.set_cookie(COOKIE, cookie, path="/oauth2", httponly=True, samesite="lax")
        return response

    def _back(self, asked: AuthorizationRequest, **answer: str) -> RedirectResponse:
        """Return the redirect back to the program, which names the issuer (RFC 9207)."""
        if asked.state:
            answer["state"] = asked.state
        sign = "&" if urlsplit(asked.redirect_uri).query else "?"
        query = urlencode(answer | {"iss": self._issuer})
        return RedirectResponse(f"{asked.redirect_uri}{sign}{query}", 303)


def person_of(code: str) -> PersonKey:
    """The person of an Estonian code, with or without its EE. Raises InvalidIdentifier."""
    today = datetime.now(UTC).date()
    try:
        return PersonKey.of("EE", code.strip().removeprefix("EE"), today=today)
    except InvalidIdentifier as error:
        raise InvalidIdentifier("Not a valid Estonian personal code.") from error


def _page(asked: AuthorizationRequest, client: Client, problem: str = "") -> str:
    if client.kind == "staff":
        return staff_login_page(asked.fields(), MEMBERS.values(), problem)
    return login_page(asked.fields(), problem)


def _login(sent: Mapping[str, str]) -> Login:
    """The person that is typed. Raises ValueError."""
    method, acr = sent.get("method", METHODS[0]), sent.get("acr", "high")
    person = person_of(sent["login_hint"])
    if method not in METHODS:
        raise ValueError("Unknown login method.")
    if acr not in _LEVELS:
        raise ValueError("Unknown level.")
    return Login(person, method, sent.get("phone") or None, acr=acr)


def _member(sent: Mapping[str, str]) -> Member:
    """The member of staff that is chosen. Raises ValueError."""
    member = MEMBERS.get(sent["login_hint"])
    if member is None:
        raise ValueError("Choose who signs in.")
    return member
