"""The internal server of every process: liveness, readiness, metrics. Its port is never public."""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runtime.checks import Check
from runtime.threads import on_thread

_CACHE_SECONDS = 1.0
_BACKLOG = 2048


class Readiness:
    """Readiness of this process. The checks run at most once a second, however many requests come.

    ``optional`` checks are reported, but do not make the process unready.
    """

    def __init__(
        self, checks: Mapping[str, Check], *, optional: frozenset[str] = frozenset()
    ) -> None:
        self._checks = checks
        self._optional = optional
        self._lock = asyncio.Lock()
        self._at = float("-inf")
        self._found: dict[str, str | None] = {}

    async def failures(self) -> dict[str, str | None]:
        """The result of each check: what is wrong, or None."""
        async with self._lock:
            if time.monotonic() - self._at > _CACHE_SECONDS:
                self._found = {name: await check() for name, check in self._checks.items()}
                self._at = time.monotonic()
        return self._found

    async def answer(self) -> Response:
        """200 if no required check fails, else 503; the body has the same form either way."""
        found = await self.failures()
        ready = not any(wrong for name, wrong in found.items() if name not in self._optional)
        body = {"ready": ready, "checks": {name: wrong or "ok" for name, wrong in found.items()}}
        return JSONResponse(body, 200 if ready else 503)


def internal_app(
    readiness: Readiness, registry: CollectorRegistry, routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """Create the internal app: ``/livez``, ``/readyz``, ``/metrics``, and further ``routes``."""

    async def livez(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_request: Request) -> Response:
        return await readiness.answer()

    async def metrics(_request: Request) -> Response:
        text = await on_thread(partial(generate_latest, registry))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    own = [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*own, *routes])


class _Server(uvicorn.Server):
    """A server that leaves signals to its process."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def] # uvicorn's own has no types
        yield


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Listens at once: connections made from now on wait in the backlog.
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python adds in brackets what it was doing; that is in the line already.
        reason = (error.strerror or str(error)).partition(" (while ")[0]
        sys.exit(f"volitus: cannot listen on {host} port {port}: {reason}")


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Serve ``app`` while the block runs; requests in progress then get 10 s.

    A port that cannot be bound ends the process with one line that names it.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    server = _Server(config)
    listener = _listener(host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        listener.close()
