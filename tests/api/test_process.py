"""The API as a process: two ports, readable while Temporal is down, ended in good order."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dev.stack.supervised_process import Program, RunningProgram, answers
from tests.clients.api_client import NOBODY_LISTENS
from tests.fixtures.engine_plugin import environment
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.ports import free_port

COMMAND = [sys.executable, "-m", "api"]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings of the process: neither Temporal nor the register exist."""
    usual = environment(database_url, NOBODY_LISTENS, "http://127.0.0.1:1", tmp_path)
    ports = {"VOLITUS_API_PORT": free_port(), "VOLITUS_INTERNAL_PORT": free_port()}
    return usual | {name: str(port) for name, port in ports.items()}


@pytest.fixture
def process(settings: dict[str, str], tmp_path: Path) -> Iterator[RunningProgram]:
    ready = answers(f"http://127.0.0.1:{settings['VOLITUS_INTERNAL_PORT']}/readyz")
    running = RunningProgram(Program("api", COMMAND, tmp_path / "api.log", ready, settings))
    running.start()
    running.wait_until_ready(patience_ends())
    yield running
    running.stop()


def client_of(port: str) -> httpx.Client:
    # A busy machine is not what is tested: more patience than httpx's own five seconds.
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)


def lines(process: RunningProgram) -> list[dict[str, object]]:
    return [json.loads(line) for line in process.program.log_file.read_text().splitlines()]


def test_the_api_answers_on_both_ports_each_its_own(
    process: RunningProgram, settings: dict[str, str]
) -> None:
    with (
        client_of(settings["VOLITUS_API_PORT"]) as public,
        client_of(settings["VOLITUS_INTERNAL_PORT"]) as internal,
    ):
        assert public.get("/readyz").json()["checks"]["temporal"] == "Temporal does not answer"
        assert public.get("/openapi.json").json()["info"]["title"] == "Volitus"
        assert public.get("/v1/me").status_code == 401
        assert public.get("/metrics").status_code == 404
        assert public.post("/codec/decode", json={}).status_code == 404
        metrics = internal.get("/metrics").text
        assert (
            'volitus_http_requests_total{method="GET",route="/v1/me",status="401"} 1.0' in metrics
        )
        assert "\nvolitus_events_unsealed " in metrics
        assert internal.post("/codec/decode", json={}).status_code == 401
        assert internal.get("/v1/me").status_code == 404
        large = {"X-Big": "a" * 40_000}
        assert public.get("/v1/me", headers=large).json()["code"] == "header_too_large"
        assert internal.get("/livez", headers=large).status_code == 431


def test_the_api_logs_one_line_for_each_request_without_its_path_and_ends_at_a_signal(
    process: RunningProgram, settings: dict[str, str]
) -> None:
    url = f"http://127.0.0.1:{settings['VOLITUS_API_PORT']}/v1/operations/{'7' * 8}-secret"

    answer = httpx.get(url, headers={"Authorization": "Bearer not-a-token-at-all"})
    process.stop()

    (line,) = [each for each in lines(process) if each["event"] == "request"]
    assert {name: line[name] for name in ("method", "route", "status", "process")} == {
        "method": "GET",
        "route": "/v1/operations/{operation_id}",
        "status": answer.status_code,
        "process": "api",
    }
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "-secret" not in process.program.log_file.read_text()
    assert process.exit_code() == 0
    assert [line["event"] for line in lines(process)][-1:] != ["request"]


def run(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND, env=settings, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_a_wrong_setting_stops_the_start_with_one_line(settings: dict[str, str]) -> None:
    done = run(settings | {"VOLITUS_API_PORT": "70000"})

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("volitus: VOLITUS_API_PORT:")
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_stops_the_start_without_a_traceback(settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings["VOLITUS_API_PORT"])))
        taken.listen()

        done = run(settings)

    port = settings["VOLITUS_API_PORT"]
    assert done.returncode == 1
    assert (
        done.stderr == f"volitus: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    )
