"""step.14: one trace goes from a caller to the targets, and holds no personal data."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio.client import Client
from temporalio.worker import Replayer

from domain.audit import Actor, ActorKind
from domain.processes import ProcessType
from runtime.temporal_client import data_converter
from storage.provisioning import resends
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, rows, service
from tests.clients.trace_collector import Received
from tests.fixtures import payload_keys
from tests.fixtures.leak_scanner import personal_in
from tests.fixtures.servers import Databases
from tests.fixtures.traced_stack import Traced, opened, until
from workflows.catalog import WORKFLOWS

NUMBER = "+37255512345"
HERE = service(1, account(KUUSK), phone=NUMBER)
SAMPLED, UNSAMPLED = "01", "00"


def trace(name: str) -> str:
    """A trace id of a caller's, other for each name."""
    return f"{name.encode().hex():0>32}"


def parent(trace_id: str, flags: str = SAMPLED) -> str:
    return f"00-{trace_id}-00f067aa0ba902b7-{flags}"


LOGIN, PROOF, CODE, RESEND = map(trace, ("login", "proof", "code", "resend"))
LATER, QUIET, STATE, TWICE = map(trace, ("later", "quiet", "state", "twice"))


@pytest.fixture(scope="module")
def told(
    databases: Databases, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Traced]:
    """The stack after a login, a refresh, a verification and resends; its processes have ended."""
    folder = tmp_path_factory.mktemp("traced")
    with (
        databases.fresh() as url,
        opened(url, temporal_address, folder) as stack,
    ):
        put(stack.database, account(KUUSK))
        put_service(stack.database, HERE)
        stack.register.put(KUUSK.code, holders=[MARI])
        _logs_in(stack)
        _proves_a_number(stack)
        _resends(stack)
        _asks_oddly(stack)
        stack.stop()
        yield stack


def _logs_in(stack: Traced) -> None:
    mari = stack.token(MARI)
    stack.ask("GET", "/v1/me", mari, traceparent=parent(LOGIN))
    asked = stack.ask("POST", "/v1/me/refresh", mari, traceparent=parent(LOGIN))
    assert stack.ended(asked.headers["Location"], mari)["state"] == "succeeded"


def _proves_a_number(stack: Traced) -> None:
    mari, path = stack.token(MARI), "/v1/me/numbers"
    asked = stack.ask("POST", path, mari, {"number": NUMBER}, traceparent=parent(PROOF))
    assert asked.status_code == 202, asked.text
    until(lambda: stack.sms.outbox(NUMBER))
    path, code = f"{path}/{asked.json()['id']}", {"code": stack.sms.last_code(NUMBER)}
    typed = stack.ask("POST", f"{path}/code", mari, code, traceparent=parent(CODE))
    assert typed.is_success, typed.text
    until(lambda: stack.ask("GET", path, mari).json()["state"] == "verified")


def _resends(stack: Traced) -> None:
    """One at once, one that a worker starts, and one that its caller does not want recorded."""
    path, why = f"/v1/services/{HERE.id}/resend", {"reason": f"Mari Maasikas lost {NUMBER}"}
    ann = stack.token()
    for header in (parent(RESEND), parent(QUIET, UNSAMPLED)):
        asked = stack.ask("POST", path, ann, why, traceparent=header)
        assert stack.ended(asked.headers["Location"], ann)["state"] == "succeeded"
    later = uuid4()
    with stack.database.transaction() as session:
        resends.request(session, later, HERE.id, Actor(ActorKind.OPS, "ops-1"), "a test")
    carry_out(
        stack.database,
        "UPDATE process SET traceparent = :parent, asked_at = asked_at - interval '1 minute'"
        " WHERE id = :id",
        parent=parent(LATER),
        id=later,
    )
    assert stack.ended(f"/v1/operations/{later}", ann)["state"] == "succeeded"


def _asks_oddly(stack: Traced) -> None:
    """A path and a query that hold personal data, and states of other vendors."""
    path = f"/v1/operations/{MARI.code}?number={NUMBER}"
    stack.ask("GET", path, traceparent=parent(STATE), tracestate=f"vendor={MARI.code}")
    for state in ("a=" + "b" * 600, "rojo=00f067aa0ba902b7"):
        answer = stack.ask("GET", "/v1/me", traceparent=parent(STATE), tracestate=state)
        stack.odd.append(answer)
    twice = [("traceparent", parent(TWICE)), ("traceparent", parent(TWICE))]
    stack.odd.append(httpx.get(f"{stack.api_url}/v1/me", headers=twice, trust_env=False))


def named(told: Traced, trace_id: str, name: str) -> list[Received]:
    return [span for span in told.collector.of(trace_id) if span.name.startswith(name)]


def test_step_14_a_callers_trace_reaches_the_target_through_api_workflow_and_step(
    told: Traced,
) -> None:
    (request,) = named(told, RESEND, "POST")
    (workflow,) = named(told, RESEND, "RunWorkflow:")
    steps = named(told, RESEND, "step")
    heard = {path for path, trace_id in told.heard["network"].heard if trace_id == RESEND}

    assert request.parent_id == "00f067aa0ba902b7"
    assert (request.service, request.name) == (
        "volitus-api",
        "POST /v1/services/{service_id}/resend",
    )
    assert workflow.service == "volitus-worker"
    assert [
        (step.attributes["volitus.action"], step.attributes["volitus.answer"]) for step in steps
    ]
    assert {step.attributes["volitus.action"] for step in steps} >= {
        "read",
        "configure",
        "activate",
    }
    assert any(path.endswith(f"/service/{HERE.id}") for path in heard)
    by_id = {span.id: span for span in told.collector.of(RESEND)}
    for span in [workflow, *steps]:
        assert _root(span, by_id) == request


def _root(span: Received, by_id: dict[str, Received]) -> Received:
    while span.parent_id in by_id:
        span = by_id[span.parent_id]
    return span


def test_step_14_every_target_hears_the_trace(told: Traced) -> None:
    heard = {
        (target, path.split("/")[1], trace_id)
        for target, hearing in told.heard.items()
        for path, trace_id in hearing.heard
    }
    of = {(target, trace_id) for target, _, trace_id in heard}

    assert of >= {("register", LOGIN), ("sms", PROOF), ("network", PROOF), ("network", RESEND)}
    (query, *_) = named(told, LOGIN, "register query")
    assert query.attributes["volitus.operation"] == "esindus_v2"
    assert {span.service for span in told.collector.of(CODE)} == {"volitus-api", "volitus-worker"}


def test_step_14_a_process_that_a_worker_starts_from_its_row_continues_the_trace(
    told: Traced,
) -> None:
    (workflow,) = named(told, LATER, "RunWorkflow:")
    (started,) = named(told, LATER, "StartWorkflow:")

    assert (started.service, started.parent_id) == ("volitus-worker", "00f067aa0ba902b7")
    assert workflow.parent_id == started.id
    assert LATER in {trace_id for _, trace_id in told.heard["network"].heard}


def test_step_14_a_caller_decides_whether_its_trace_is_recorded(told: Traced) -> None:
    assert told.collector.of(QUIET) == []
    assert QUIET in {trace_id for _, trace_id in told.heard["network"].heard}, (
        "it goes on all the same"
    )


def test_step_14_no_span_holds_personal_data(told: Traced) -> None:
    assert len(told.collector.spans) > 40
    assert [
        (span.name, found) for span in told.collector.spans if (found := personal_in(span.text))
    ] == []
    (odd,) = named(told, STATE, "GET /v1/operations")
    assert odd.name == "GET /v1/operations/{operation_id}"


def test_step_14_a_tracestate_is_passed_on_unless_it_is_long_or_personal(told: Traced) -> None:
    states = {
        span.text.partition("trace_state: ")[2].partition("\n")[0]
        for span in told.collector.of(STATE)
    }

    assert states == {"", '"rojo=00f067aa0ba902b7"'}


async def test_step_14_workflows_that_were_traced_go_on_without_traces(
    told: Traced, temporal: Client
) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        namespace="default",
        data_converter=data_converter(payload_keys.cipher()),
    )
    for row in rows(told.database, "SELECT workflow_id FROM process WHERE traceparent IS NOT NULL"):
        history = await temporal.get_workflow_handle(row.workflow_id).fetch_history()
        assert '"_tracer-data"' in history.to_json()
        await replayer.replay_workflow(history)


def test_step_14_logs_name_the_trace(told: Traced) -> None:
    (request,) = [
        line
        for line in told.logged("api")
        if line["event"] == "request"
        and line["route"] == "/v1/services/{service_id}/resend"
        and line["trace_id"] == RESEND
    ]
    assert UUID(request["request_id"])


def test_step_14_a_problem_names_the_trace_and_two_callers_traces_are_none(told: Traced) -> None:
    known = {answer.status_code: answer.json()["trace_id"] for answer in told.odd[:2]}
    other = told.odd[2].json()["trace_id"]

    assert known == {401: STATE}
    assert len(other) == 32
    assert other != TWICE
    assert told.collector.of(TWICE) == []


def test_step_14_the_collector_gets_the_headers_that_it_asks_for(told: Traced) -> None:
    assert {each.get("x-key") for each in told.collector.headers} == {"a-key-of-the-collector"}
    logs = [told.folder / "api.log", told.folder / "worker.log"]
    assert not [log for log in logs if "a-key-of-the-collector" in log.read_text()]


def test_step_14_the_row_of_a_process_keeps_the_trace_of_whoever_asked(told: Traced) -> None:
    found = rows(told.database, "SELECT type, traceparent FROM process")
    kept = {(row.type, row.traceparent[3:35]) for row in found if row.traceparent}

    assert kept >= {
        (ProcessType.REFRESH, LOGIN),
        (ProcessType.NUMBER_VERIFICATION, PROOF),
        (ProcessType.RESEND, RESEND),
        (ProcessType.RESEND, LATER),
    }
