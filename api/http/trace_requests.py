"""Trace each request: its span continues the caller's trace (W3C Trace Context).

FastAPI's own telemetry would put paths and queries into spans, which callers choose freely, and
read W3C baggage. This span has the method, the route's template and the status.
"""

from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.request_metrics import QUIET, method_of, route_of
from runtime import tracing
from runtime.tracing import Facts

NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "operation_spans": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""FastAPI's own telemetry, switched off whatever the environment says."""


class TraceRequests:
    """Pure ASGI middleware around everything else, where traces are on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        method = method_of(scope)
        facts = {"http.request.method": method}
        with (
            tracing.continued(*_given(scope)),
            tracing.span(method, tracing.SERVER, facts) as found,
        ):
            scope.setdefault("state", {})["trace_id"] = tracing.trace_id()
            try:
                await self._app(scope, receive, _noting(send, found))
            finally:
                found["http.route"] = route_of(scope)


def _noting(send: Send, facts: Facts) -> Send:
    async def send_noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            facts["http.response.status_code"] = message["status"]
            if message["status"] >= 500:
                facts["error.type"] = str(message["status"])
        await send(message)

    return send_noted


def _given(scope: Scope) -> tuple[str | None, str]:
    """Return the caller's trace context. Several of them are none (W3C Trace Context 3.2)."""
    parents = _values(scope, b"traceparent")
    return parents[0] if len(parents) == 1 else None, ",".join(_values(scope, b"tracestate"))


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]
