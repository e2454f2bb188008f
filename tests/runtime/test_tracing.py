"""step.14: traces cost nothing while they are off, and go on by the standard while they are on."""

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import SpanKind, StatusCode
from temporalio.contrib.opentelemetry import create_tracer_provider

from runtime import tracing
from runtime.opentelemetry_tracer import MOST_TRACESTATE, OpenTelemetryTracer
from settings.traces import TraceSettings
from tests.builders.people import MARI

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(spans: InMemorySpanExporter) -> OpenTelemetryTracer:
    """A tracer that records what a caller wants recorded, and nothing else."""
    provider = create_tracer_provider(ParentBased(ALWAYS_OFF), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return OpenTelemetryTracer(provider)


@pytest.mark.usefixtures("processes")
def test_step_14_while_traces_are_off_nothing_of_the_sdk_is_imported() -> None:
    code = (
        "import sys, api.__main__, worker.process, registry_sync.scheduler.process, cli.app\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_step_14_while_traces_are_off_every_function_does_nothing() -> None:
    with (
        tracing.exporting(TraceSettings(), "api"),
        tracing.continued(GOOD),
        tracing.span("step", tracing.CLIENT, {"a": 1}) as facts,
    ):
        facts["b"] = "2"
        assert not tracing.is_on()
        assert (tracing.headers(), tracing.traceparent(), tracing.trace_id()) == ({}, None, None)
        assert tracing.temporal_plugins() == []
    assert facts == {"a": 1, "b": "2"}


# W3C Trace Context, 3.2.2.3 and 4.3.
@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "nonsense",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-zz",
        f"00-{MARI.code:0<31}x-{SPAN}-01",
        "0" * 10_000,
    ],
)
def test_step_14_a_malformed_traceparent_is_ignored(
    tracer: OpenTelemetryTracer, malformed: str
) -> None:
    with tracer.continued(malformed, ""):
        assert tracer.headers() == {}
    with tracer.continued(GOOD, ""), tracer.continued(malformed, ""):
        assert tracer.headers()["traceparent"] == GOOD, "nor does it end the trace there is"


@pytest.mark.parametrize(
    ("tracestate", "kept"),
    [
        ("rojo=00f067aa0ba902b7,congo=t61", True),
        ("a=" + "b" * 254 + ",c=" + "d" * 252, True),
        ("a=" + "b" * 254 + ",c=" + "d" * 256, False),
        (f"vendor={MARI.code}", False),
        ("vendor=+37255512345", False),
        ("no state at all", False),
    ],
)
def test_step_14_a_tracestate_is_kept_if_it_is_short_and_impersonal(
    tracer: OpenTelemetryTracer, tracestate: str, kept: bool
) -> None:
    assert (len(tracestate) <= MOST_TRACESTATE) or not kept
    with tracer.continued(GOOD, tracestate):
        assert tracer.headers() == {"traceparent": GOOD} | (
            {"tracestate": tracestate} if kept else {}
        )


@pytest.mark.parametrize(("flags", "recorded"), [("01", 1), ("00", 0)])
def test_step_14_the_caller_decides_whether_its_trace_is_recorded(
    tracer: OpenTelemetryTracer, spans: InMemorySpanExporter, flags: str, recorded: int
) -> None:
    with (
        tracer.continued(f"00-{TRACE}-{SPAN}-{flags}", ""),
        tracer.span("step", tracing.CLIENT, {}),
    ):
        sent = tracer.headers()["traceparent"]

    assert (sent[:36], sent[-2:]) == (f"00-{TRACE}-", flags)
    assert len(spans.get_finished_spans()) == recorded


def test_step_14_a_span_has_facts_and_no_message_of_an_exception(
    tracer: OpenTelemetryTracer, spans: InMemorySpanExporter
) -> None:
    facts: tracing.Facts = {"volitus.action": "read", "http.route": "/v1/me"}

    def fail() -> None:
        with tracer.continued(GOOD, ""), tracer.span("GET", tracing.SERVER, facts):
            raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        fail()

    (span,) = spans.get_finished_spans()
    assert (span.name, span.kind) == ("GET /v1/me", SpanKind.SERVER)
    assert span.attributes == {
        "volitus.action": "read",
        "http.route": "/v1/me",
        "error.type": "ValueError",
    }
    assert (span.status.status_code, span.status.description, span.events) == (
        StatusCode.ERROR,
        None,
        (),
    )
