"""The internal port of every process: is it alive, is it ready, how is it doing. Never public."""

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

Check = Callable[[], Awaitable[str | None]]
"""None: all is well. Otherwise what is wrong, in words fit for anyone."""

_FRESH = 1.0
_BACKLOG = 2048


class Readiness:
    """Whether this process can do its work; asked at most once a second, however often it is.

    What is ``spare`` is looked at and told of, but its absence does not make it unready.
    """

    def __init__(self, checks: Mapping[str, Check], *, spare: frozenset[str] = frozenset()) -> None:
        self._checks = checks
        self._spare = spare
        self._lock = asyncio.Lock()
        self._at = float("-inf")
        self._found: dict[str, str | None] = {}

    async def look(self) -> dict[str, str | None]:
        """What is wrong with each thing needed; None where nothing is."""
        async with self._lock:
            if time.monotonic() - self._at > _FRESH:
                self._found = {name: await check() for name, check in self._checks.items()}
                self._at = time.monotonic()
        return self._found

    async def answer(self) -> Response:
        """200 when everything needed is there, else 503; the same shape either way."""
        found = await self.look()
        ready = not any(wrong for name, wrong in found.items() if name not in self._spare)
        body = {"ready": ready, "checks": {name: wrong or "ok" for name, wrong in found.items()}}
        return JSONResponse(body, 200 if ready else 503)


def internal_app(
    readiness: Readiness, registry: CollectorRegistry, routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """``/livez``, ``/readyz``, ``/metrics`` and what else belongs on no public port."""

    async def livez(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_request: Request) -> Response:
        return await readiness.answer()

    async def metrics(_request: Request) -> Response:
        text = await asyncio.to_thread(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    own = [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*own, *routes])


class _Quiet(uvicorn.Server):
    """A server inside a process that has its own way of hearing signals."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def] # uvicorn's own has no types
        yield


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Listens at once: who knocks from now on is heard, if not yet answered.
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        sys.exit(f"volitus: cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}")


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Serve this app for as long as the block runs; answers in hand get ten seconds to end.

    A port that cannot be had ends the process, with a line that names it.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    server = _Quiet(config)
    listener = _listener(host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        listener.close()
