"""Spans by OpenTelemetry's SDK. Import it only where traces are on: ``runtime.tracing`` does.

Through Temporal the context goes in a header, by Temporal's own plugin: its spans are made once,
however often a workflow is replayed. W3C baggage is neither read nor sent: it may hold anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import context, propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio.contrib.opentelemetry import (
    OpenTelemetryPlugin,
    ReplaySafeTracerProvider,
    create_tracer_provider,
)
from temporalio.plugin import SimplePlugin

from runtime.logs import masked
from runtime.span_export import exporter
from runtime.tracing import Facts
from settings.traces import TraceSettings

MOST_TRACESTATE = 512
"""Characters. W3C Trace Context 3.3.1.5: at least as many are to be passed on."""
_LIMITS = SpanLimits(max_attributes=32, max_events=8, max_links=8, max_attribute_length=256)


class OpenTelemetryTracer:
    """See runtime.tracing.Tracer."""

    def __init__(self, provider: ReplaySafeTracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("volitus")
        self._w3c = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, kind: str, facts: Facts) -> Iterator[None]:
        """Make a span; an exception's message stays out of it."""
        made = self._tracer.start_span(name, kind=SpanKind[kind])
        try:
            with trace.use_span(made, record_exception=False, set_status_on_exception=False):
                yield
        except BaseException as error:
            facts.setdefault("error.type", type(error).__name__)
            raise
        finally:
            if "http.route" in facts:
                made.update_name(f"{name} {facts['http.route']}")
            if "error.type" in facts:
                made.set_status(StatusCode.ERROR)
            made.set_attributes(dict(facts))
            made.end()

    @contextmanager
    def continued(self, traceparent: str, tracestate: str) -> Iterator[None]:
        """Continue a trace, see runtime.tracing."""
        given = {"traceparent": traceparent}
        if tracestate and len(tracestate) <= MOST_TRACESTATE and masked(tracestate) == tracestate:
            given["tracestate"] = tracestate
        found = self._w3c.extract(given)
        if not trace.get_current_span(found).get_span_context().is_valid:
            yield
            return
        token = context.attach(found)
        try:
            yield
        finally:
            context.detach(token)

    def headers(self) -> dict[str, str]:
        """Return the current context as headers."""
        carrier: dict[str, str] = {}
        self._w3c.inject(carrier)
        return carrier

    def trace_id(self) -> str | None:
        """Return the current trace's id."""
        current = trace.get_current_span().get_span_context()
        return trace.format_trace_id(current.trace_id) if current.is_valid else None

    def temporal_plugin(self) -> SimplePlugin:
        """Return a plugin that carries the context through Temporal, and makes Temporal's spans."""
        return OpenTelemetryPlugin(add_temporal_spans=True)

    def close(self) -> None:
        """Export the spans that are left."""
        self._provider.shutdown()


def open_tracer(settings: TraceSettings, process: str) -> OpenTelemetryTracer:
    """Set up OpenTelemetry in this process, which can be done once."""
    named = {"service.name": f"volitus-{process}", "service.version": version("volitus")}
    provider = create_tracer_provider(
        sampler=ParentBased(TraceIdRatioBased(settings.share)),
        resource=Resource.create(named),
        shutdown_on_exit=False,  # ``close`` does
        span_limits=_LIMITS,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter(settings)))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    return OpenTelemetryTracer(provider)
