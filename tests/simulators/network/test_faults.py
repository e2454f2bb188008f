"""Faults on demand when services are changed: subject, number of times, and effect."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.clients.network_client import Client, running
from tests.fixtures.patience import PATIENCE, patience_ends

AGES = 600
"""Seconds of a delay that no test waits for; the end of the simulator ends it."""
BODY: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


@pytest.mark.parametrize(
    ("code", "expected"), [("barredNumber", "barredNumber"), (None, "refused")]
)
def test_a_refusal_at_once_is_not_remembered(
    network: Client, code: str | None, expected: str
) -> None:
    network.fault("refuse", source="activation", times=1, code=code)

    refused, taken = (network.change("s-1", BODY, "k-1") for _ in range(2))

    assert (refused.status_code, refused.json()["code"]) == (409, expected)
    assert taken.status_code == 202
    assert network.ended(taken.json()["id"])["state"] == "Completed"
    assert len(network.applied()) == 1


def test_a_refusal_in_the_monitor_is_remembered_under_its_key(network: Client) -> None:
    network.fault("refuse_later", source="activation", code="barredNumber")
    accepted = network.change("s-1", BODY, "k-1")
    network.control("DELETE", "/faults")

    over = network.ended(accepted.json()["id"])

    assert accepted.json()["state"] == "InProgress"
    assert (over["state"], over["response"]["statusCode"]) == ("InError", "409")
    assert json.loads(over["response"]["body"])["code"] == "barredNumber"
    assert network.change("s-1", BODY, "k-1").json() == over
    assert network.monitors("k-1") == [over]
    assert network.applied() == []
    assert network.change("s-1", BODY, "k-2").json()["state"] == "InProgress"


def test_a_change_that_never_ends_blocks_its_service_until_the_fault_is_removed(
    network: Client,
) -> None:
    network.completion(0)
    network.fault("never", source="activation", times=1)
    stuck = network.change("s-1", BODY, "stuck").json()
    behind = network.change("s-1", BODY, "behind").json()
    other = network.change("s-2", BODY, "other").json()

    network.fault("never", source="activation", times=5)

    assert network.ended(other["id"])["state"] == "Completed"
    assert network.monitor(stuck["id"]).json()["state"] == "InProgress"
    assert network.monitor(behind["id"]).json()["state"] == "InProgress"

    network.control("DELETE", "/faults")

    assert network.ended(behind["id"])["state"] == "Completed"
    assert [each["key"] for each in network.applied()] == ["other", "stuck", "behind"]


def test_the_network_answers_twice(network: Client) -> None:
    network.fault("double", source="activation", times=1)
    accepted = network.change("s-1", BODY, "k-1").json()

    over = network.ended(accepted["id"])

    assert network.monitors("k-1") == [over, over]
    assert len(network.applied()) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_of_the_transport_changes_nothing(network: Client, status: int) -> None:
    network.fault(f"http_{status}", source="activation", times=1)

    assert network.change("s-1", BODY, "k-1").status_code == status
    assert network.monitors("k-1") == []
    assert network.change("s-1", BODY, "k-1").status_code == 202


def test_a_lost_answer_is_to_a_change_that_its_key_finds(network: Client) -> None:
    network.fault("cut", source="activation", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        network.change("s-1", BODY, "k-1")

    (found,) = network.monitors("k-1")

    assert network.ended(found["id"])["state"] == "Completed"
    assert network.change("s-1", BODY, "k-1").json()["id"] == found["id"]
    assert len(network.applied(key="k-1")) == 1


@pytest.mark.parametrize(("kind", "found"), [("delay", 0), ("delay_after", 1), ("timeout", 0)])
def test_a_client_that_times_out_does_not_know_the_outcome(
    network: Client, kind: str, found: int
) -> None:
    network.fault(kind, source="activation", seconds=AGES, times=1)
    patient = network.http.timeout
    network.http.timeout = httpx.Timeout(PATIENCE, read=0.1)

    with pytest.raises(httpx.ReadTimeout):
        network.change("s-1", BODY, f"k-{kind}")

    network.http.timeout = patient
    ends = patience_ends()
    while found and not network.monitors(f"k-{kind}") and time.monotonic() < ends:
        time.sleep(0.01)
    assert len(network.monitors(f"k-{kind}")) == found


@pytest.mark.parametrize(
    ("source", "ask", "others"),
    [
        pytest.param(
            "monitor",
            lambda network: network.monitor("m-1").status_code,
            lambda network: network.service("s-1").status_code,
            id="monitor",
        ),
        pytest.param(
            "service",
            lambda network: network.service("s-1").status_code,
            lambda network: network.change("s-1", BODY, "k-1").status_code,
            id="service",
        ),
    ],
)
def test_reads_fail_by_themselves(
    network: Client, source: str, ask: Callable[[Client], int], others: Callable[[Client], int]
) -> None:
    network.fault("http_500", source=source)

    assert ask(network) == 500
    assert others(network) in {200, 202}


def test_a_repetition_or_a_wrong_change_spends_no_refusal(network: Client) -> None:
    first = network.change("s-1", BODY, "k-1").json()
    network.fault("refuse", source="activation", times=1)

    again = network.change("s-1", BODY, "k-1")
    wrong = network.change("s-1", {"state": "no"}, "k-2")

    assert (again.status_code, again.json()["id"]) == (202, first["id"])
    assert wrong.status_code == 400
    assert network.change("s-1", BODY, "k-2").status_code == 409


def test_reset_forgets_everything(network: Client) -> None:
    network.fault("never", source="activation", rate=1)
    network.tell_service("s-2", known=False)
    network.change("s-1", BODY, "k-1")

    network.reset()

    assert network.applied() == network.monitors("k-1") == []
    assert network.control("GET", "/faults") == network.control("GET", "/services") == []
    assert network.service("s-2").status_code == 200
