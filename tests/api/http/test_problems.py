"""Refusals are always problems, and never contain the sent values or an exception's text."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.http import problems
from api.http.problem_kinds import KINDS, type_of
from api.http.problems import ProblemDetails
from storage.database import Database, driven
from tests.builders.people import MARI
from tests.builders.rows import carry_out
from tests.clients.api_client import CHECKER, OPS, Front, open_front, person_token
from tests.oracles.api_description import api_description

CODE = "60001019906"
CHECK = "/v1/access/check"


def problem(answer: httpx.Response, status: int, code: str) -> ProblemDetails:
    assert answer.headers["Content-Type"] == "application/problem+json"
    details = ProblemDetails.model_validate(answer.json())
    assert (answer.status_code, details.status, details.code) == (status, status, code)
    assert details.instance == f"urn:uuid:{answer.headers['X-Request-Id']}"
    assert details.type == type_of(code)
    assert details.title == KINDS[code][1]
    return details


async def test_no_route(front: Front) -> None:
    problem(await front.get("/v1/nothing"), 404, "not_found")


async def test_wrong_method(front: Front) -> None:
    answer = await front.ask("DELETE", CHECK)

    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "OPTIONS, POST"


async def test_no_token(front: Front) -> None:
    problem(await front.get("/v1/me"), 401, "token_missing")


async def test_a_body_that_is_no_json(front: Front) -> None:
    answer = await front.http.post(
        CHECK,
        content=f"{{{CODE}",
        headers={"Authorization": f"Bearer {CHECKER}", "Content-Type": "application/json"},
    )

    details = problem(answer, 400, "malformed")
    assert [(each.pointer, each.message) for each in details.errors or []] == [("", "Is not JSON")]
    assert CODE not in answer.text


def pieces() -> Iterator[bytes]:
    yield b"["
    yield from [b"1," * 10_000] * 8


@pytest.mark.parametrize(
    "chunked", [pytest.param(False, id="length-sent"), pytest.param(True, id="length-not-sent")]
)
async def test_a_body_that_is_too_large(front: Front, *, chunked: bool) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces():
            yield piece

    answer = await front.http.post(
        CHECK,
        content=stream() if chunked else b"".join(pieces()),
        headers={"Authorization": f"Bearer {CHECKER}", "Content-Type": "application/json"},
    )

    problem(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        pytest.param("GET", "/v1/operations/õun", None, "operation_id", id="path"),
        pytest.param("GET", "/v1/events?limit=õun", None, "limit", id="query"),
        pytest.param("POST", CHECK, {"permission": CODE}, "/account_id", id="body"),
        pytest.param("POST", CHECK, [CODE], "", id="not-an-object"),
        pytest.param("POST", CHECK, None, "", id="no-body"),
    ],
)
async def test_invalid_values_are_pointed_at_and_not_repeated(
    front: Front, method: str, path: str, body: Any, pointer: str
) -> None:
    answer = await front.ask(method, path, OPS, body, {"Idempotency-Key": "k"})

    details = problem(answer, 422, "invalid")
    assert pointer in [each.pointer for each in details.errors or []]
    assert CODE not in answer.text
    assert "õun" not in answer.text


@pytest.mark.parametrize("name", [CODE, "\ud800", "a/b"])
async def test_names_chosen_by_the_caller_are_not_repeated_either(front: Front, name: str) -> None:
    body = json.dumps({"version": 1, "reason": "fine", "correction": {name: "a b"}})

    answer = await front.http.post(
        f"/v1/ops/stuck/{uuid4()}/retry",
        content=body.encode(),
        headers={
            "Authorization": f"Bearer {OPS}",
            "Content-Type": "application/json",
            "Idempotency-Key": "k",
        },
    )

    details = problem(answer, 422, "invalid")
    assert {each.pointer for each in details.errors or []} == {"/correction"}
    assert CODE not in answer.text


async def test_a_crash_reveals_nothing(
    front: Front, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise ValueError(f"no such person: {CODE}")

    monkeypatch.setattr("storage.parties.people.find", crash)

    answer = await front.get("/v1/me", person_token(MARI))

    problem(answer, 500, "internal")
    assert CODE not in answer.text
    assert "request_crashed" in capsys.readouterr().out


async def test_an_unreachable_database_is_reported_as_unavailable() -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    async with open_front(gone) as front:
        answer = await front.post(
            CHECK, person_token(MARI), {"account_id": str(uuid4()), "permission": "usage:view"}
        )
        ready = await front.get("/readyz")

    problem(answer, 503, "database_unavailable")
    assert answer.headers["Retry-After"]
    assert (ready.status_code, ready.json()["ready"]) == (503, False)


async def test_a_read_only_database_is_reported_as_unavailable(database_url: str) -> None:
    """As during a failover, when a connection leads to a server that has become a standby."""
    read_only = {"options": "-c default_transaction_read_only=on"}
    url = driven(database_url).update_query_dict(read_only)
    standby = Database(url.render_as_string(hide_password=False))
    async with open_front(standby) as front:
        answer = await front.get("/v1/me", person_token(MARI))
    standby.close()

    problem(answer, 503, "database_unavailable")


async def test_a_connection_that_breaks_is_replaced(front: Front) -> None:
    asked = {"account_id": str(uuid4()), "permission": "usage:view"}
    await front.post(CHECK, person_token(MARI), asked)
    with pytest.raises(OperationalError):
        carry_out(
            front.database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user",
        )

    answer = await front.post(CHECK, person_token(MARI), asked)

    assert answer.status_code == 200


async def test_a_caller_may_name_its_request_by_a_uuid_only(front: Front) -> None:
    own = str(uuid4())

    named = await front.get("/v1/me", x_request_id=own)
    other = await front.get("/v1/me", x_request_id=CODE)

    assert named.headers["X-Request-Id"] == own
    assert str(UUID(other.headers["X-Request-Id"])) == other.headers["X-Request-Id"]


async def test_answers_are_not_cacheable(front: Front) -> None:
    answers = [await front.get("/v1/me", person_token(MARI)), await front.get("/v1/nothing")]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]


def documented(operation_id: str) -> str:
    """The problems of an operation in OpenAPI."""
    (operation,) = (
        operation
        for path in api_description()["paths"].values()
        for operation in path.values()
        if operation["operationId"] == operation_id
    )
    return "; ".join(each["description"] for each in operation["responses"].values())


@pytest.mark.parametrize(
    "operation_id", ["createBulkRetry", "refreshMe", "resendServiceSettings", "startSyncRun"]
)
def test_requests_accepted_without_temporal_document_no_refusal(operation_id: str) -> None:
    assert "`database_unavailable`" in documented(operation_id)
    assert "`workflows_unavailable`" not in documented(operation_id)


@pytest.mark.parametrize(
    ("operation_id", "codes"),
    [
        ("checkMyCode", {"workflows_unavailable", "invalid", "code_wrong"}),
        ("releaseSyncRun", {"run_not_held", "idempotency_key_in_use"}),
        ("repairStuckItem", {"workflows_unavailable", "stuck_changed", "idempotency_key_in_use"}),
        (
            "resendMyCode",
            {"workflows_unavailable", "verification_closed", "idempotency_key_in_use"}
            | {"number_not_allowed", "idempotency_key_reused", "invalid"},
        ),
        (
            "verifyMyNumber",
            {"workflows_unavailable", "number_not_allowed", "idempotency_key_reused", "invalid"},
        ),
    ],
)
def test_codes_of_one_status_are_all_documented(operation_id: str, codes: set[str]) -> None:
    text = documented(operation_id)

    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_the_description_lists_every_code() -> None:
    text = api_description()["info"]["description"]

    assert all(
        f"| `{code}` | {status} | {title} |" in text for code, (status, title) in KINDS.items()
    )


def test_each_problem_of_a_status_is_documented_once() -> None:
    one = problems.documented("too_many_requests", "not_found")
    both = problems.together(one, problems.documented("too_many_requests"))

    assert both[429]["description"] == "`too_many_requests`: Too many requests: try again later"


async def test_a_parameter_that_there_is_not_is_refused(front: Front) -> None:
    misspelt = await front.get("/v1/me/accounts?limti=5&x=40404040404", person_token(MARI))
    by_nobody = await front.get("/v1/me/accounts?limti=5")

    assert misspelt.status_code == 422
    assert misspelt.json()["errors"] == [
        {"pointer": "query", "message": "Has an unknown parameter"}
    ]
    assert "40404040404" not in misspelt.text
    assert by_nobody.status_code == 401
