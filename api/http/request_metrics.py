"""Observe each request: its id, log line and metrics; turn a crash into a problem."""

import time
from uuid import UUID, uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.broken_off import BrokenOff
from api.http.problems import Problem

log = structlog.get_logger(__name__)

_UNMATCHED = "(none)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Requested every few seconds: their lines would bury the others.
QUIET = frozenset({"/livez", "/readyz"})
"""Paths of probes, which are neither logged nor traced."""


class RequestMetrics:
    """Metrics of requests. Labels are route templates, since raw paths hold ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "volitus_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "volitus_http_request_seconds",
            "Time to answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self.limited = Counter(
            "volitus_http_limited",
            "Requests above a limit of their caller, by the program that sent them.",
            ("client", "limit"),
            registry=registry,
        )
        self.decisions = Counter(
            "volitus_access_decisions", "Access checks decided.", ("allowed",), registry=registry
        )


class ObserveRequests:
    """Pure ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, meters: RequestMetrics) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.perf_counter(), 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] += (
                    (b"x-request-id", request_id.encode()),
                    (b"cache-control", scope["state"].get("cache_control", b"no-store")),
                )
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except BrokenOff:
            # Not raised: the server closes the connection of an answer that is not complete.
            log.warning("answer_broken_off", route=route_of(scope))
        except Exception:
            log.exception("request_crashed", route=route_of(scope))
            if status:
                raise  # part of the answer is sent: the server must close the connection
            await problems.answer(scope, Problem("internal"))(scope, receive, send_marked)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = method_of(scope)
        self._meters.requests.labels(method, route, status).inc()
        self._meters.seconds.labels(method, route).observe(seconds)
        if route not in QUIET:
            milliseconds = round(seconds * 1000, 1)
            log.info("request", method=method, route=route, status=status, ms=milliseconds)


def _request_id(scope: Scope) -> str:
    """Return the caller's own id if it is a UUID, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            try:
                return str(UUID(value.decode("ascii")))
            except ValueError:
                break
    return str(uuid4())


def method_of(scope: Scope) -> str:
    """Return the method, if it is one of the common ones."""
    return scope["method"] if scope["method"] in _METHODS else "OTHER"


def route_of(scope: Scope) -> str:
    """Return the template of the path, never the path itself, which callers choose freely."""
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    # In a mounted app, with the path where it is mounted.
    return f"{scope.get('root_path', '')}{path}" if path else _UNMATCHED
