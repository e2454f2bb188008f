"""Headers of every page: what a browser may load, keep, and tell others."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = "/static/"
"""Files below it have the digest of their content in their path, and hold nothing of a person."""


def content_policy(form_targets: Sequence[str]) -> str:
    """Return the Content-Security-Policy: own files only, nothing inline.

    ``form_targets``: origins to which a form's answer redirects, such as the OpenID provider.
    """
    sources = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",  # Designsystemet's icons are data: URLs in its stylesheet
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": " ".join(["'self'", *form_targets]),
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


class SecurityHeaders:
    """Pure ASGI middleware: adds them to every answer, errors included.

    A page that hands a form to a site of its own, a bank's, states its policy itself.
    """

    def __init__(self, app: ASGIApp, form_targets: Sequence[str] = ()) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_policy(form_targets),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith(STATIC):
                    headers["Cache-Control"] = "no-store"
                    headers.add_vary_header("HX-Request")
            await send(message)

        await self._app(scope, receive, send_with_headers)
