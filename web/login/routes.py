"""Addresses of the login. The console's are below ``/console`` and ``/{language}/console``."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from runtime.texts import Language
from settings.web import Acr, Audience
from web.http.redirects import is_own_path
from web.login.desk import Answer
from web.login.pages import LoginPage, Outcome, Render
from web.login.refusals import (
    LoginCancelled,
    LoginNeeded,
    LoginRefused,
    ProviderUnavailable,
    Refusal,
    StepUp,
)
from web.login.return_paths import language_of, of_request
from web.login.signed_in import Gate
from web.login.user_agents import family

log = structlog.get_logger(__name__)

_PART = {Audience.SELFSERVICE: "", Audience.CONSOLE: "/console"}
_NOT_KEPT = {"Cache-Control": "no-store"}
_LARGEST_FORM = 64 * 1024


def callback_path(audience: Audience) -> str:
    """Where the provider sends browsers back to."""
    return f"{_PART[audience]}/login/callback"


def logout_path(audience: Audience) -> str:
    """Where the provider says that a session there has ended. For programs, not for browsers."""
    return f"{_PART[audience]}/login/backchannel-logout"


def login_path(audience: Audience, language: Language) -> str:
    """Where a login begins."""
    return f"/{language.value}{_PART[audience]}/login"


def ended_path(audience: Audience, language: Language) -> str:
    """The page after a logout."""
    return f"{login_path(audience, language)}/ended"


class LoginRoutes:
    """The routes of one audience. ``origin``: of these pages, as browsers reach them."""

    def __init__(self, gate: Gate, render: Render, origin: str) -> None:
        self._gate = gate
        self._render = render
        self._origin = origin
        self._audience = gate.desk.audience

    def router(self) -> APIRouter:
        """All of them."""
        router, part = APIRouter(include_in_schema=False), _PART[self._audience]
        router.get(f"/{{language}}{part}/login")(self.begin)
        router.get(f"/{{language}}{part}/login/ended")(self.ended)
        router.post(f"/{{language}}{part}/logout")(self.leave)
        router.get(callback_path(self._audience))(self.answered)
        router.post(logout_path(self._audience))(self.logged_out)
        return router

    def begin(
        self,
        request: Request,
        language: str,
        return_to: str | None = None,
        max_age: Annotated[int | None, Query(ge=0)] = None,
        acr: str | None = None,
    ) -> Response:
        """Send the browser to the provider."""
        spoken, level = _language(language), Acr.__members__.get((acr or "").upper())
        step_up = None if max_age is None and level is None else StepUp(max_age, level)
        cookies = self._gate.cookies
        try:
            begun = self._gate.desk.begin(
                spoken,
                return_to,
                step_up,
                browser=cookies.browser(request),
                session=cookies.session_id(request),
            )
        except ProviderUnavailable as error:
            return self._unavailable(request, spoken, error)
        response = RedirectResponse(begun.url, 303, headers=_NOT_KEPT)
        cookies.set_login(response, begun.browser, begun.seconds)
        return response

    def answered(
        self,
        request: Request,
        state: str = "",
        code: str = "",
        error: str = "",
        iss: str | None = None,
    ) -> Response:
        """Log in whom the provider sends back, and return to the page that asked for it."""
        desk, cookies, spoken = self._gate.desk, self._gate.cookies, _spoken(request)
        try:
            attempt = desk.take(state, cookies.browser(request))
            spoken = Language(attempt.language)
            cookie = desk.complete(
                attempt,
                Answer(code, error, iss),
                session=cookies.session_id(request),
                user_agent=family(request.headers.get("user-agent", "")),
            )
        except LoginCancelled:
            return self._page(request, Outcome.CANCELLED, spoken)
        except LoginRefused as refused:
            # ``error`` is the provider's word, and may be anybody's: no more than its beginning.
            log.warning("login_refused", reason=refused.refusal, error=error[:40])
            return self._page(request, Outcome.REFUSED, spoken, refused.refusal)
        except ProviderUnavailable as unavailable:
            return self._unavailable(request, spoken, unavailable)
        response = RedirectResponse(attempt.return_to, 303, headers=_NOT_KEPT)
        cookies.set_session(response, cookie)
        return response

    def leave(self, request: Request, language: str) -> Response:
        """Log out here, then at the provider."""
        spoken, session = _language(language), self._gate.cookies.session_id(request)
        sid = None if session is None else self._gate.upkeep.leave(session)
        response = RedirectResponse(self._end_of_session(spoken, sid), 303, headers=_NOT_KEPT)
        self._gate.cookies.forget_session(response)
        return response

    def ended(self, request: Request, language: str) -> Response:
        """Say that the person is logged out."""
        return self._page(request, Outcome.ENDED, _language(language))

    def logged_out(self, logout_token: Annotated[str, Form()] = "") -> Response:
        """End the sessions that a logout token names (Back-Channel Logout 1.0, section 2.8)."""
        try:
            ended = self._gate.upkeep.logged_out(logout_token)
        except LoginRefused as refused:
            log.warning("login_logout_refused", reason=refused.refusal)
            said = {"error": "invalid_request", "error_description": refused.refusal.value}
            return JSONResponse(said, 400, headers=_NOT_KEPT)
        except ProviderUnavailable as error:
            log.warning("login_provider_unavailable", error=str(error))
            return JSONResponse({"error": "temporarily_unavailable"}, 503, headers=_NOT_KEPT)
        log.info("login_logged_out_by_provider", sessions=ended)
        return Response(status_code=200, headers=_NOT_KEPT)

    async def needed(self, request: Request, needed: LoginNeeded) -> Response:
        """Send somebody who is not logged in, or not freshly enough, to the login and back.

        The fields of a form that was sent are kept for the person of the session that has ended.
        """
        path = needed.return_to or of_request(request)
        if request.method not in {"GET", "HEAD"}:
            await self._keep_form(request, path)
        asked: dict[str, str | int] = {"return_to": path}
        if needed.step_up is not None and needed.step_up.max_age is not None:
            asked["max_age"] = needed.step_up.max_age
        if needed.step_up is not None and needed.step_up.acr is not None:
            asked["acr"] = needed.step_up.acr.claim
        url = f"{login_path(self._audience, language_of(path))}?{urlencode(asked)}"
        if "hx-request" in request.headers:  # a fragment is no place for a login
            return Response(status_code=401, headers=_NOT_KEPT | {"HX-Redirect": url})
        return RedirectResponse(url, 303, headers=_NOT_KEPT)

    async def _keep_form(self, request: Request, path: str) -> None:
        session = self._gate.cookies.session_id(request)
        kind = request.headers.get("content-type", "")
        is_form = kind.startswith("application/x-www-form-")
        if session is None or not is_own_path(path) or not is_form:
            return
        fields: dict[str, list[str]] = {}
        for name, value in (await request.form()).multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
        if sum(len(n) + len(v) for n, values in fields.items() for v in values) <= _LARGEST_FORM:
            page = urlsplit(path).path
            await run_in_threadpool(self._gate.keep_form, session, page, fields)

    def _end_of_session(self, language: Language, sid: str | None) -> str:
        """Return where the browser goes to end its session at the provider.

        No ``id_token_hint``: it holds the personal code, and this is a URL.
        """
        ended = ended_path(self._audience, language)
        try:
            address = self._gate.upkeep.provider.names("end_session_endpoint")
        except ProviderUnavailable:
            address = None
        if address is None:
            return ended
        asked = {
            "client_id": self._gate.upkeep.provider.settings.client_id,
            "post_logout_redirect_uri": self._origin + ended,
            "ui_locales": language.value,
        }
        if sid is not None:
            asked["logout_hint"] = sid
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def _unavailable(self, request: Request, language: Language, error: Exception) -> Response:
        log.warning("login_provider_unavailable", error=str(error))
        return self._page(request, Outcome.UNAVAILABLE, language)

    def _page(
        self,
        request: Request,
        outcome: Outcome,
        language: Language,
        refusal: Refusal | None = None,
    ) -> Response:
        again = login_path(self._audience, language)
        page = LoginPage(outcome, language, self._audience, again, refusal)
        response = self._render(request, page)
        response.headers.update(_NOT_KEPT)
        return response


def _language(text: str) -> Language:
    if text not in set(Language):
        raise HTTPException(404)
    return Language(text)


def _spoken(request: Request) -> Language:
    """Return the browser's language, where no address says one."""
    said = request.headers.get("accept-language", "")[:2].lower()
    return Language(said) if said in set(Language) else Language.ESTONIAN
