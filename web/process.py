"""The pages' process: settings, then sessions and the client of the API, then the servers."""

import asyncio
from functools import partial

import httpx
import structlog
import uvloop
from prometheus_client import REGISTRY

from runtime.connection_limits import ConnectionLimits
from runtime.health_server import Readiness, internal_app
from runtime.http_server import serving
from runtime.process import run_process, use_threads
from runtime.threads import on_thread
from settings.web import WebProcessSettings
from web.app import TEMPLATES, create_app
from web.login.setup import opened_gates, sweeping
from web.parts import Parts
from web.sessions import Sessions, SessionsUnavailable
from web.theme.brand import folder_of, load
from web.theme.environment import Theme
from web.theme.static_files import StaticFiles

log = structlog.get_logger(__name__)

_API_SECONDS = 10
"""Time for one answer of the API: signing and refreshes answer at once with an operation."""
_LIMITS = ConnectionLimits(connections=500, head=10, body=20, keep_alive=65)


async def run(settings: WebProcessSettings, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set; requests in progress are answered first.

    Raises BrandInvalid where the brand's folder is not usable.
    """
    web = settings.web
    brand = load(folder_of(web.brand))
    use_threads(web.database.pool_size)
    with Sessions.opened(web) as sessions, opened_gates(web, sessions) as gates:
        async with _api_client(str(web.api_url)) as api:
            files = StaticFiles.of(brand)
            theme = Theme(brand, files, settings.zone, TEMPLATES)
            parts = Parts(web, settings.zone, theme, files, gates, api)
            readiness = Readiness({"database": partial(_database, sessions)})
            internal = internal_app(readiness, REGISTRY)
            async with (
                sweeping(sessions),
                serving(internal, settings.internal.host, settings.internal.port),
                serving(create_app(parts), web.host, web.port, _LIMITS),
            ):
                log.info("web_started", host=web.host, port=web.port)
                await stop.wait()
                log.info("web_stopping")


def _api_client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
    return httpx.AsyncClient(base_url=address, timeout=_API_SECONDS, limits=limits)


async def _database(sessions: Sessions) -> str | None:
    try:
        return None if await on_thread(sessions.ready) else "not migrated"
    except SessionsUnavailable:
        return "unreachable"


def main() -> None:
    """Entry of `python -m web` and `volitus web`."""
    run_process(WebProcessSettings, run, uvloop.run)
