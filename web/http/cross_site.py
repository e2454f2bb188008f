"""Refusal of requests that another site's page made a browser send (CSRF).

By the headers that browsers set themselves and pages cannot: ``Sec-Fetch-Site``, else ``Origin``,
as Go's ``http.CrossOriginProtection`` does. Stricter in one point: with a session's cookie and
neither header, a request that changes something is refused.
"""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Nothing here changes anything by these (RFC 9110, 9.2.1)."""


class RefuseCrossSite:
    """Pure ASGI middleware. ``refusal`` answers; ``open_paths`` are for programs, not browsers."""

    def __init__(
        self, app: ASGIApp, refusal: ASGIApp, open_paths: Collection[str] = frozenset()
    ) -> None:
        self._app = app
        self._refusal = refusal
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        passes = scope["type"] != "http" or scope["path"] in self._open or comes_from_here(scope)
        await (self._app if passes else self._refusal)(scope, receive, send)


def comes_from_here(scope: Scope) -> bool:
    """Return whether a request changes nothing, or comes from one of our own pages."""
    if scope["method"] in SAFE_METHODS:
        return True
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return "cookie" not in headers
    return origin.partition("://")[2] == headers.get("host")
