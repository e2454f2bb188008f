"""A collector of traces (OTLP over HTTP), and what hears the headers that programs send."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from google.protobuf.text_format import MessageToString
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators.serving import serving

_HEX_OF_TRACE = slice(3, 35)


@dataclass(frozen=True)
class Received:
    """One span, as the collector got it."""

    service: str
    name: str
    trace_id: str
    id: str
    parent_id: str
    failed: bool
    attributes: dict[str, str | int]
    text: str
    """All of it, to be searched."""


class Collector:
    """Spans that programs have sent."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Received] = []
        self.headers: list[dict[str, str]] = []

    def of(self, trace_id: str) -> list[Received]:
        return [span for span in self.spans if span.trace_id == trace_id]

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.headers.append(dict(request.headers))
        for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans += [_received(of_resource.resource, span) for span in of_scope.spans]
        return Response()


def _received(resource: Resource, span: Span) -> Received:
    whole = MessageToString(resource, as_utf8=True) + MessageToString(span, as_utf8=True)
    return Received(
        str(_by_name(resource.attributes)["service.name"]),
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.status.code == span.status.STATUS_CODE_ERROR,
        _by_name(span.attributes),
        whole,
    )


def _by_name(attributes: Sequence[KeyValue]) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the block runs."""
    collector = Collector()
    route = Route("/v1/traces", collector.take, methods=["POST"])
    with serving(Starlette(routes=[route])) as url:
        collector.url = url
        yield collector


class Hearing:
    """An app around another, which keeps the ``traceparent`` of each request with its path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.heard: list[tuple[str, str]] = []
        """Paths, and ids of traces; those without one are left out."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for name, value in scope.get("headers", ()):
            if name == b"traceparent":
                self.heard.append((scope["path"], value.decode()[_HEX_OF_TRACE]))
        await self._app(scope, receive, send)
