"""Connections that never finish a request, send too much of it, or are too many."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from api.camara.app import PATH as CAMARA
from runtime.connection_limits import ConnectionLimits
from runtime.http_server import serving
from storage.database import Database
from tests.clients.api_client import Front, open_front
from tests.clients.raw_http import RawConnection, get, request
from tests.fixtures.engine import until
from tests.fixtures.patience import PATIENCE
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.usefixtures("http_servers")

MEGABYTE = b"a" * 2**20
CONNECTIONS = 4
PATIENT = ConnectionLimits(CONNECTIONS, head=PATIENCE, body=PATIENCE, keep_alive=PATIENCE)
SEND_CODE = f"{CAMARA}/send-code"


def waiting_shortly(what: str) -> ConnectionLimits:
    """Return limits by which only this is soon too late: a slow machine is in time otherwise."""
    times: dict[str, Any] = {what: 0.3}
    return replace(PATIENT, **times)


def impatient(what: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("limits", [waiting_shortly(what)], ids=[what])


@pytest.fixture
async def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def front(database: Database, registry: CollectorRegistry) -> AsyncIterator[Front]:
    async with open_front(database, registry=registry) as opened:
        yield opened


@pytest.fixture
def limits() -> ConnectionLimits:
    """The patience of the API."""
    return PATIENT


@pytest.fixture
async def port(front: Front, limits: ConnectionLimits) -> AsyncIterator[int]:
    """The API on a real port."""
    port = free_port()
    async with serving(front.app, "127.0.0.1", port, limits, refused=front.app):
        yield port


Dial = Callable[..., Awaitable[RawConnection]]


@pytest.fixture
async def dial(port: int) -> AsyncIterator[Dial]:
    """Opens connections, and closes them in the end."""
    opened: list[RawConnection] = []

    async def open_one(first: bytes = b"") -> RawConnection:
        opened.append(await RawConnection.open(port, first))
        return opened[-1]

    yield open_one
    for each in opened:
        await each.close()


async def is_answered(dial: Dial) -> bool:
    answer = await (await dial(get("/livez", connection="close"))).answer()
    return answer.status == 200


def count(registry: CollectorRegistry, method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return registry.get_sample_value("volitus_http_requests_total", labels) or 0


async def flood(connection: RawConnection, megabytes: int) -> int:
    """Send until the server does not take more; return how many megabytes it took."""
    for sent in range(megabytes):
        try:
            await connection.send(MEGABYTE)
        except ConnectionError:
            return sent
    return megabytes


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(request("GET", "/livez") + b"X-Big: ", id="header"),
        pytest.param(b"GET /livez?", id="target"),
        pytest.param(
            request("POST", "/v1/me/numbers", transfer_encoding="chunked")
            + b"\r\n1\r\n{\r\n0\r\nX-Big: ",
            id="trailer",
        ),
    ],
)
async def test_fault_14_a_head_of_80_mb_is_refused_at_once_and_delays_no_other_request(
    dial: Dial, begin: bytes
) -> None:
    hostile = await dial(begin)
    sending = asyncio.create_task(flood(hostile, 80))

    answer = await hostile.answer()

    assert answer.status == 431
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.json()["code"] == "header_too_large"
    assert answer.json()["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert await is_answered(dial)
    sending.cancel()


async def test_fault_14_many_small_headers_are_refused_like_a_large_one(dial: Dial) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(5000))
    connection = await dial(request("GET", "/livez") + many + b"\r\n")

    assert (await connection.answer()).status == 431
    assert await connection.rest() == b""


async def test_fault_14_a_large_head_below_the_camara_path_is_refused_in_its_form(
    dial: Dial,
) -> None:
    head = request("POST", SEND_CODE, x_correlator="mine") + b"X-Big: " + MEGABYTE
    connection = await dial()
    sending = asyncio.create_task(connection.send(head))

    answer = await connection.answer()

    assert answer.status == answer.json()["status"] == 431
    assert set(answer.json()) == {"status", "code", "message"}
    assert answer.headers["x-correlator"] == "mine"
    sending.cancel()


@impatient("head")
@pytest.mark.parametrize("path", ["/v1/me", SEND_CODE])
async def test_fault_14_half_a_head_is_answered_and_closed(
    dial: Dial, registry: CollectorRegistry, path: str
) -> None:
    connection = await dial(request("GET", path) + b"X-Half: ")

    answer = await connection.answer()

    assert answer.status == 408
    assert ("x-correlator" in answer.headers) is (path == SEND_CODE)
    assert await connection.rest() == b""
    assert count(registry, "GET", "(none)", 408) == 1


@impatient("head")
async def test_fault_14_a_head_that_trickles_in_is_closed_all_the_same(dial: Dial) -> None:
    connection = await dial(request("GET", "/livez"))

    async def trickle() -> None:
        while True:
            await connection.send(b"X-More: 1\r\n")
            await asyncio.sleep(0.05)

    trickling = asyncio.create_task(trickle())
    assert (await connection.answer()).status == 408
    trickling.cancel()


@pytest.mark.parametrize(
    ("limits", "first"),
    [
        pytest.param(waiting_shortly("head"), b"", id="nothing"),
        pytest.param(waiting_shortly("head"), b"\r\n\r\n", id="empty lines"),
        pytest.param(
            waiting_shortly("body"),
            request("POST", "/nowhere", content_length="1000") + b"\r\n{",
            id="already answered",
        ),
    ],
)
async def test_fault_14_a_connection_without_a_request_in_progress_is_closed(
    dial: Dial, first: bytes
) -> None:
    connection = await dial(first)

    rest = await connection.rest()

    assert (b" 404 " in rest) is (b"nowhere" in first)
    assert b" 408 " not in rest


@impatient("body")
@pytest.mark.parametrize("path", ["/v1/me/numbers", "/v1/access/check", SEND_CODE])
async def test_fault_14_half_a_body_is_answered_and_closed(
    dial: Dial, front: Front, registry: CollectorRegistry, path: str
) -> None:
    head = request("POST", path, content_type="application/json", content_length="1000")
    connection = await dial(head + b"\r\n{")

    answer = await connection.answer()

    assert answer.status == answer.json()["status"] == 408
    assert ("x-correlator" in answer.headers) is (path == SEND_CODE)
    assert await connection.rest() == b""
    assert count(registry, "POST", path, 408) == 1


@impatient("body")
async def test_fault_14_a_response_that_is_not_read_does_not_keep_its_connection(
    dial: Dial,
) -> None:
    connection = await dial(get("/openapi.json") * 15)

    async def is_ended() -> bool:
        try:
            await connection.send(b"\r\n")
        except ConnectionError:
            return True
        return False

    await until(is_ended)


@pytest.mark.parametrize("path", ["/v1/me", SEND_CODE])
async def test_fault_14_a_request_above_the_connection_limit_gets_503(
    dial: Dial, path: str
) -> None:
    idle = [await dial(get("/livez")) for _ in range(CONNECTIONS)]
    for each in idle:
        await each.answer()

    refused = await dial(get(path))
    answer = await refused.answer()

    assert answer.status == answer.json()["status"] == 503
    assert answer.json()["code"] == ("UNAVAILABLE" if path == SEND_CODE else "server_busy")
    assert answer.headers["retry-after"] == "5"
    assert ("x-correlator" in answer.headers) is (path == SEND_CODE)
    assert await refused.rest() == b""
    for each in idle:
        await each.close()
    assert await is_answered(dial)


@pytest.mark.parametrize("path", ["/v1/me/numbers", "/v1/access/check", SEND_CODE])
async def test_fault_14_a_client_that_disconnects_in_a_body_is_no_error(
    dial: Dial, front: Front, registry: CollectorRegistry, path: str
) -> None:
    head = request("POST", path, content_type="application/json", content_length="1000")
    with capture_logs() as logs:
        connection = await dial(head + b"\r\n{")
        await connection.close()
        await until(lambda: count(registry, "POST", path, 499) > 0)

    assert {each["log_level"] for each in logs} <= {"info"}
    assert count(registry, "POST", path, 500) == count(registry, "POST", path, 400) == 0


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"\x16\x03\x01 is TLS\r\n\r\n", id="tls"),
        pytest.param(b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n", id="connect"),
        pytest.param(get("http://here:99999/livez"), id="port"),
        pytest.param(get("http://[::1/livez"), id="address"),
    ],
)
async def test_fault_14_a_malformed_request_is_answered_with_a_problem(
    dial: Dial, head: bytes
) -> None:
    with capture_logs() as logs:
        first, second = await dial(), await dial(get("/livez"))
        await second.answer()
        for connection in (first, second):
            await connection.send(head)
            answer = await connection.answer()

            assert (answer.status, answer.json()["code"]) == (400, "malformed")
            assert await connection.rest() == b""

    assert {each["log_level"] for each in logs} <= {"info"}


async def test_requests_in_a_row_on_one_connection_are_answered_in_order(dial: Dial) -> None:
    connection = await dial(get("/livez") + get("/v1/me") + get("/nowhere"))

    assert [(await connection.answer()).status for _ in range(3)] == [200, 401, 404]
    await connection.send(get("/livez"))
    assert (await connection.answer()).status == 200


async def test_fault_14_a_connection_that_sends_very_many_requests_at_once_is_closed(
    dial: Dial,
) -> None:
    connection = await dial(get("/livez") * 1000)

    answers = (await connection.rest()).count(b"HTTP/1.1 200 OK")

    assert 1 <= answers <= 20


@impatient("keep_alive")
async def test_no_other_protocol_is_spoken_and_the_request_is_answered_as_it_is(dial: Dial) -> None:
    asked = get("/livez", connection="Upgrade", upgrade="websocket", sec_websocket_version="13")
    connection = await dial(asked)

    assert (await connection.answer()).status == 200
    assert await connection.rest() == b""
