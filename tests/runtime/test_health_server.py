"""The internal port: checks run once a second, however often it is queried."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from runtime.checks import Check
from runtime.connection_limits import ConnectionLimits
from runtime.health_server import Readiness, internal_app
from runtime.http_server import serving
from tests.clients.raw_http import RawConnection, request
from tests.fixtures.ports import free_port


def counting(wrong: Callable[[], str | None] = lambda: None) -> tuple[Check, list[int]]:
    """A check that writes down that it was made."""
    made: list[int] = []

    async def check() -> str | None:
        made.append(1)
        return wrong()

    return check, made


async def test_concurrent_requests_run_each_check_once() -> None:
    check, made = counting()
    readiness = Readiness({"it": check})

    await asyncio.gather(*(readiness.failures() for _ in range(20)))

    assert len(made) == 1


@pytest.mark.parametrize(
    ("spare", "status"),
    [
        pytest.param(frozenset[str](), 503, id="needed"),
        pytest.param(frozenset({"it"}), 200, id="spare"),
    ],
)
async def test_a_failing_check_is_reported_and_makes_it_unready_unless_optional(
    spare: frozenset[str], status: int
) -> None:
    check, _ = counting(lambda: "is not there")
    app = internal_app(Readiness({"it": check}, optional=spare), CollectorRegistry())

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://internal"
    ) as http:
        answer = await http.get("/readyz")

    assert answer.status_code == status
    assert answer.json() == {"ready": status == 200, "checks": {"it": "is not there"}}


@pytest.mark.usefixtures("http_servers")
async def test_a_process_serves_its_metrics_while_it_runs() -> None:
    registry, port = CollectorRegistry(), free_port()
    Counter("done", "Things done.", registry=registry).inc()
    address = f"http://127.0.0.1:{port}"

    async with (
        serving(internal_app(Readiness({}), registry), "127.0.0.1", port),
        httpx.AsyncClient(base_url=address) as http,
    ):
        alive = await http.get("/livez")
        metrics = await http.get("/metrics")

    assert alive.json() == {"alive": True}
    assert "done_total 1.0" in metrics.text
    async with httpx.AsyncClient(base_url=address) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("/livez")


@pytest.mark.usefixtures("http_servers")
async def test_fault_14_the_internal_port_has_limits_too() -> None:
    port, app = free_port(), internal_app(Readiness({}), CollectorRegistry())
    limits = ConnectionLimits(connections=2, head=0.2, body=0.2, keep_alive=0.2)
    large = request("GET", "/livez") + b"X-Big: " + b"a" * 2**17

    async with serving(app, "127.0.0.1", port, limits):
        for first, status in ((large, 431), (request("GET", "/livez"), 408), (b"no HTTP", 400)):
            connection = await RawConnection.open(port, first)
            assert (await connection.answer()).status == status
            assert await connection.rest() == b""
            await connection.close()


async def test_an_unknown_host_ends_the_process_with_one_line() -> None:
    with pytest.raises(SystemExit) as ended:
        async with serving(internal_app(Readiness({}), CollectorRegistry()), "no.invalid", 1):
            pass

    assert str(ended.value).startswith("volitus: cannot listen on no.invalid port 1: ")
    assert "Unknown error" not in str(ended.value)
