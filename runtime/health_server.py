"""The internal app of every process: liveness, readiness, metrics. Its port is never public."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runtime.checks import Check
from runtime.threads import on_thread

_CACHE_SECONDS = 1.0


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
