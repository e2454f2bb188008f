"""Traces: spans of this process, and the trace context that goes on to other systems.

Off until ``exporting`` is given an address: then every function here returns at once, and nothing
of its SDK is imported, which takes a start some 0.2 seconds. Spans carry codes and ids, see
``runtime.span_export``.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from settings.traces import TraceSettings

if TYPE_CHECKING:  # commands that only read need no Temporal
    from temporalio.plugin import SimplePlugin

Facts = MutableMapping[str, str | int]
"""Attributes of a span. ``error.type`` makes it one that failed; ``http.route`` is part of its
name."""
SERVER, CLIENT = "SERVER", "CLIENT"
"""Kinds of spans: a request that this process answers, and one that it sends."""


class Tracer(Protocol):
    """What makes spans: ``runtime.opentelemetry_tracer``."""

    def span(self, name: str, kind: str, facts: Facts) -> AbstractContextManager[None]:
        """Span of the block."""
        ...

    def continued(self, traceparent: str, tracestate: str) -> AbstractContextManager[None]:
        """Continue the trace that these headers name while the block runs."""
        ...

    def headers(self) -> dict[str, str]:
        """The current trace context as W3C headers; none where there is no trace."""
        ...

    def trace_id(self) -> str | None:
        """Id of the current trace."""
        ...

    def temporal_plugin(self) -> "SimplePlugin":
        """Carries the trace context through Temporal."""
        ...

    def close(self) -> None:
        """Export what is left, for some seconds at most."""
        ...


_tracer: Tracer | None = None


@contextmanager
def exporting(settings: TraceSettings, process: str) -> Iterator[None]:
    """Send this process's spans to the collector of the settings, if they name one.

    For the whole life of a process: OpenTelemetry can be set up once in each.
    """
    global _tracer  # noqa: PLW0603 # as OpenTelemetry's own provider is
    if settings.url is None or is_on():
        yield
        return
    _tracer = import_module("runtime.opentelemetry_tracer").open_tracer(settings, process)
    try:
        yield
    finally:
        tracer, _tracer = _tracer, None
        tracer.close()


def is_on() -> bool:
    """Return whether this process makes spans."""
    return _tracer is not None


@contextmanager
def span(name: str, kind: str, facts: Mapping[str, str | int]) -> Iterator[Facts]:
    """Make a span of the block. What the block adds to the facts it yields is part of the span."""
    gathered = dict(facts)
    with _tracer.span(name, kind, gathered) if _tracer else nullcontext():
        yield gathered


def continued(traceparent: str | None, tracestate: str = "") -> AbstractContextManager[None]:
    """Continue the trace of these W3C headers while the block runs.

    A ``traceparent`` that is missing or malformed changes nothing. A ``tracestate`` is dropped
    where it is longer than 512 characters, or looks as if it held personal data.
    """
    if _tracer is None or traceparent is None:
        return nullcontext()
    return _tracer.continued(traceparent, tracestate)


def headers() -> dict[str, str]:
    """Return the W3C headers for a request to another system; none where there is no trace."""
    return _tracer.headers() if _tracer else {}


def traceparent() -> str | None:
    """Return the current trace context, to store with what continues the trace later."""
    return headers().get("traceparent")


def trace_id() -> str | None:
    """Return the id of the current trace, for logs and answers."""
    return _tracer.trace_id() if _tracer else None


def temporal_plugins() -> "list[SimplePlugin]":
    """Return the plugins of a Temporal client, and of the workers that use it."""
    return [_tracer.temporal_plugin()] if _tracer else []
