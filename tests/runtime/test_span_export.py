"""step.14: whatever a library puts into a span, only codes and ids leave the process."""

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Link, Status, StatusCode, format_trace_id

from runtime.span_export import ALLOWED, cleaned
from tests.builders.people import MARI
from tests.fixtures.leak_scanner import personal_in

TOLD = f"Mari Maasikas, {MARI.code}, +37255512345, salajane"
ID = "b6858d9a-a074-53a3-831e-d0d27d872fcf"


def careless() -> ReadableSpan:
    """A span into which a library has put all that it had."""
    tracer = TracerProvider().get_tracer("tests")
    other = tracer.start_span("other").get_span_context()
    span = tracer.start_span(f"GET /people/{MARI.code}", links=[Link(other, {"told": TOLD})])
    span.set_attributes({"url.full": TOLD, "db.statement": TOLD, "told": [TOLD]})
    span.set_attributes({"volitus.action": f"of {MARI.code}", "volitus.process_id": ID})
    span.set_attribute("http.response.status_code", 500)
    span.add_event("told", {"message": TOLD})
    span.record_exception(ValueError(TOLD))
    span.set_status(Status(StatusCode.ERROR, TOLD))
    span.end()
    assert isinstance(span, ReadableSpan)
    return span


def test_step_14_what_a_span_tells_is_dropped_unless_it_is_known_to_be_a_code_or_an_id() -> None:
    span = careless()
    assert personal_in(str(encode_spans([span])))

    clean = cleaned(span)

    assert personal_in(str(encode_spans([clean]))) == set()
    assert clean.name == "GET /people/[code]"
    assert clean.attributes == {
        "volitus.action": "of [code]",
        "volitus.process_id": ID,
        "http.response.status_code": 500,
    }
    (told, raised) = clean.events
    assert (told.attributes, raised.attributes) == ({}, {"exception.type": "ValueError"})
    assert (clean.status.status_code, clean.status.description) == (StatusCode.ERROR, None)


def test_step_14_a_clean_span_is_the_same_span() -> None:
    span = careless()

    clean = cleaned(span)

    assert (clean.context, clean.parent, clean.kind) == (span.context, span.parent, span.kind)
    assert (clean.start_time, clean.end_time) == (span.start_time, span.end_time)
    assert [link.context for link in clean.links] == [link.context for link in span.links]
    assert span.context is not None
    assert format_trace_id(span.context.trace_id) in str(clean.to_json())


def test_step_14_no_attribute_that_may_hold_an_address_is_allowed() -> None:
    assert [name for name in ALLOWED if name.startswith(("url.", "client.", "db."))] == []
