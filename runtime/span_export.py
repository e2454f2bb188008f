"""Export of spans, of which only what is listed here leaves the process.

Libraries put into spans what they please: addresses, messages of exceptions, stack traces. Those
may hold personal data, so names of attributes are allowed one by one, and texts pass the mask of
the logs as well.
"""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes

from runtime.logs import masked
from settings.traces import TraceSettings

_SECONDS = 5
"""A collector that takes longer loses these spans. It never delays the work itself."""
ALLOWED = frozenset(
    {"error.type", "exception.type"}
    | {"http.request.method", "http.route", "http.response.status_code"}
    | {"temporalWorkflowID", "temporalRunID", "temporalActivityID", "temporalUpdateID"}
    | {f"volitus.{name}" for name in ("process", "process_id", "action", "target", "operation")}
    | {f"volitus.{name}" for name in ("decision_no", "attempt", "call", "answer", "answer_code")}
)
"""Attributes that are exported. Their values are codes, ids and numbers."""


class CleanExporter(SpanExporter):
    """Exports spans without what is not ``ALLOWED``."""

    def __init__(self, exporter_: SpanExporter) -> None:
        self._exporter = exporter_

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([cleaned(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def cleaned(span: ReadableSpan) -> ReadableSpan:
    """Return the span with no more than may leave the process."""
    return ReadableSpan(
        name=masked(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_allowed(span.attributes),
        events=[
            Event(masked(event.name), _allowed(event.attributes), event.timestamp)
            for event in span.events
        ],
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),  # its description may be an exception's message
        start_time=span.start_time,
        end_time=span.end_time,
    )


def _allowed(attributes: Attributes) -> Attributes:
    return {
        name: masked(value) if isinstance(value, str) else value
        for name, value in (attributes or {}).items()
        if name in ALLOWED
    }


def exporter(settings: TraceSettings) -> SpanExporter:
    """Return the exporter to the collector of these settings."""
    collector = OTLPSpanExporter(
        settings.endpoint(), headers=settings.sent_headers(), timeout=_SECONDS
    )
    return CleanExporter(collector)
