"""The mobile network's SIM Swap, its errors and faults, and the program itself."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.stack.supervised_process import Program, RunningProgram, answers
from simulators.network.__main__ import TOKEN_VARIABLE
from simulators.network.profiles import Profile, Profiles
from tests.clients.network_client import TOKEN, Client, running
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.ports import free_port

NUMBER = "+37255512345"


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def test_a_sim_was_never_changed_unless_set(network: Client) -> None:
    answer = network.check({"phoneNumber": NUMBER})

    assert answer.status_code == 200
    assert answer.json() == {"swapped": False}
    assert answer.headers["x-correlator"] == "c-1"


@pytest.mark.parametrize(
    ("hours_ago", "asked", "swapped"),
    [
        pytest.param(1, {"maxAge": 2}, True, id="within"),
        pytest.param(3, {"maxAge": 2}, False, id="before"),
        pytest.param(239, {}, True, id="within-ten-days"),
        pytest.param(241, {}, False, id="before-ten-days"),
        pytest.param(0, {"maxAge": 1}, True, id="now"),
        pytest.param(None, {"maxAge": 2400}, False, id="never"),
    ],
)
def test_a_change_counts_for_as_long_as_asked(
    network: Client, hours_ago: float | None, asked: dict[str, int], swapped: bool
) -> None:
    network.sim(NUMBER, changed_hours_ago=hours_ago)

    assert network.check({"phoneNumber": NUMBER} | asked).json() == {"swapped": swapped}


def test_a_setting_of_a_number_replaces_the_earlier_one(network: Client) -> None:
    network.sim(NUMBER, changed_hours_ago=1)
    network.sim(NUMBER)

    assert network.check({"phoneNumber": NUMBER}).json() == {"swapped": False}
    assert [each["number"] for each in network.control("GET", "/sims")] == [NUMBER]


def test_numbers_of_others_are_not_found(network: Client) -> None:
    network.sim(NUMBER, known=False)
    network.sim("+358401234567", changed_hours_ago=1)

    unknown = [network.check({"phoneNumber": each}) for each in (NUMBER, "+37120000000")]

    assert [each.status_code for each in unknown] == [404, 404]
    assert unknown[0].json() == {
        "status": 404,
        "code": "IDENTIFIER_NOT_FOUND",
        "message": "Device identifier not found.",
    }
    assert network.check({"phoneNumber": "+358401234567"}).json() == {"swapped": True}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({}, 422, "MISSING_IDENTIFIER", id="no-number"),
        pytest.param({"phoneNumber": "55512345"}, 400, "INVALID_ARGUMENT", id="not-e164"),
        pytest.param({"phoneNumber": NUMBER, "maxAge": 0}, 400, "OUT_OF_RANGE", id="too-short"),
        pytest.param({"phoneNumber": NUMBER, "maxAge": 2401}, 400, "OUT_OF_RANGE", id="too-long"),
        pytest.param({"phoneNumber": NUMBER, "maxAge": "x"}, 400, "INVALID_ARGUMENT", id="text"),
        pytest.param([], 400, "INVALID_ARGUMENT", id="no-object"),
    ],
)
def test_a_wrong_question_is_refused(network: Client, body: Any, status: int, code: str) -> None:
    answer = network.check(body)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"status", "code", "message"}


def test_nobody_else_is_answered(network: Client) -> None:
    answer = network.check({"phoneNumber": NUMBER}, token="not-it")

    assert answer.status_code == 401
    assert answer.json()["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_occurs_the_set_number_of_times(network: Client, status: int) -> None:
    network.fault(f"http_{status}", times=1)

    assert [network.check({"phoneNumber": NUMBER}).status_code for _ in range(2)] == [status, 200]


def test_the_answer_can_be_lost_and_late(network: Client) -> None:
    network.fault("cut", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        network.check({"phoneNumber": NUMBER})

    network.fault("delay", seconds=600, times=1)
    patient = network.http.timeout
    network.http.timeout = httpx.Timeout(PATIENCE, read=0.1)
    with pytest.raises(httpx.ReadTimeout):
        network.check({"phoneNumber": NUMBER})
    network.http.timeout = patient


@pytest.mark.usefixtures("processes")
def test_the_program_serves_stops_on_a_signal_and_logs_no_person(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "simulators.network", "--port", str(port)]
    secret = {TOKEN_VARIABLE: TOKEN.get_secret_value()}
    program = RunningProgram(
        Program("network", command, tmp_path / "log", answers(f"{url}/livez"), secret)
    )
    program.start()
    program.wait_until_ready(patience_ends())
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        answer = Client(http).check({"phoneNumber": NUMBER})
    program.stop(grace=PATIENCE)

    log = (tmp_path / "log").read_text()
    assert answer.json() == {"swapped": False}
    assert program.exit_code() in {0, -15}
    assert not any(each in log for each in ("5551", "salajane", "Traceback"))


def test_step_9_a_network_may_start_in_another_profile() -> None:
    profiles = Profiles("standard")
    profiles.now = Profile()

    profiles.reset()

    assert (profiles.now.answers, profiles.now.keys) == ("service", False)


@pytest.mark.usefixtures("processes")
def test_the_program_does_not_start_without_a_token() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulators.network"], env={}, capture_output=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.decode() == f"network simulator: no token: set {TOKEN_VARIABLE}\n"
