"""The login as one: for the application that serves the pages."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import httpx
import structlog
from fastapi import FastAPI, Request
from starlette.responses import Response

from runtime.periodic import run_periodically
from settings.web import Audience, WebSettings
from web.login.cookies import Cookies
from web.login.desk import LoginDesk
from web.login.id_tokens import Clock
from web.login.pages import LoginPage, Outcome, Render, plain
from web.login.provider import Provider
from web.login.refusals import LoginNeeded, ProviderUnavailable
from web.login.return_paths import language_of
from web.login.routes import LoginRoutes, callback_path, login_path
from web.login.signed_in import Gate
from web.login.upkeep import SessionUpkeep
from web.login.vault import Vault
from web.sessions import Sessions, SessionsUnavailable

log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 60.0


@contextmanager
def opened_gates(
    settings: WebSettings, sessions: Sessions, now: Clock = time.time
) -> Iterator[Mapping[Audience, Gate]]:
    """The logins of both audiences while the block runs."""
    vault = Vault.of(settings.session)
    secure = settings.public_url.startswith("https://")

    def gate(audience: Audience) -> Gate:
        provider = Provider(settings.openid(audience), http)
        back = settings.public_url + callback_path(audience)
        return Gate(
            LoginDesk(audience, settings, sessions, vault, provider, redirect_uri=back, now=now),
            SessionUpkeep(audience, sessions, vault, provider, now=now),
            Cookies(audience, secure=secure),
        )

    with httpx.Client() as http:
        yield {audience: gate(audience) for audience in Audience}


def install(
    app: FastAPI, gates: Mapping[Audience, Gate], public_url: str, render: Render = plain
) -> None:
    """Add the routes of the login, and what answers ``LoginNeeded``, to an application."""
    routes = {a: LoginRoutes(gate, render, public_url) for a, gate in gates.items()}
    app.state.gates = gates
    for each in routes.values():
        app.include_router(each.router())

    @app.exception_handler(LoginNeeded)
    async def needed(request: Request, error: LoginNeeded) -> Response:
        return await routes[error.audience].needed(request, error)

    @app.exception_handler(ProviderUnavailable)
    async def unavailable(request: Request, error: ProviderUnavailable) -> Response:
        log.warning("login_provider_unavailable", error=str(error))
        spoken = language_of(request.url.path)
        again = login_path(Audience.SELFSERVICE, spoken)
        page = LoginPage(Outcome.UNAVAILABLE, spoken, Audience.SELFSERVICE, again)
        return render(request, page)


@asynccontextmanager
async def sweeping(sessions: Sessions) -> AsyncIterator[None]:
    """Delete what has expired every minute, while the block runs."""

    async def sweep() -> None:
        try:
            await asyncio.to_thread(sessions.sweep)
        except SessionsUnavailable as error:
            log.warning("login_sessions_not_swept", error=type(error).__name__)

    async with run_periodically(sweep, lambda: _SWEEP_SECONDS):
        yield
