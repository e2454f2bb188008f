"""The adapter to the network against its simulator: what each trouble comes to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from activities.adapters.tmf640.network import NoNetwork, Tmf640Network
from activities.adapters.tmf640.requests import Requests
from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import NetworkDialect
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.steps import Accepted, Answer, Done, NotDone
from tests.builders.step_runner import EXTENDED, activation
from tests.clients import network_client
from tests.fixtures.patience import PATIENCE
from tests.fixtures.ports import free_port

CHANGE = ServiceChange("S-1", "active", {"msisdn": "+37255500001", "kind": "mobile"})
SENT = Sent()


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[network_client.Client]:
    with network_client.running() as simulator:
        yield simulator


@pytest.fixture
def network(simulator: network_client.Client) -> Iterator[Tmf640Network]:
    simulator.reset()
    with activation(simulator, timeout=PATIENCE) as network:
        yield network


def outcome_of(call: Any) -> str:
    """An answer in one line: what it is, why, and the network's own word."""
    try:
        answer: Answer | None = call()
    except NotDone as error:
        return f"{type(error).__name__} {error}"
    return type(answer).__name__


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "http_500"}, ("InDoubt target_error: http_500",
         "Trouble target_error: http_500", "Trouble target_error: http_500")),
        ({"kind": "http_503"}, ("Trouble busy: http_503",
         "Trouble busy: http_503", "Trouble busy: http_503")),
        ({"kind": "http_429"}, ("Trouble busy: http_429",
         "Trouble busy: http_429", "Trouble busy: http_429")),
        ({"kind": "timeout"},
         ("InDoubt answer_lost", "Trouble unreachable", "Trouble unreachable")),
        ({"kind": "cut"}, ("InDoubt answer_lost", "Trouble unreachable", "Trouble unreachable")),
        ({"kind": "delay", "seconds": 0.1}, ("Accepted", "NetworkService", "NoneType")),
        ({"kind": "delay_after", "seconds": 0.1}, ("Accepted", "NetworkService", "NoneType")),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else "",
)  # fmt: skip
def test_transport_faults_are_classified(
    simulator: network_client.Client,
    network: Tmf640Network,
    fault: dict[str, Any],
    expected: tuple[str, str, str],
) -> None:
    """Transport faults as seen by a change, a read and a query by key."""
    simulator.completion(0)
    simulator.control("PUT", "/faults", {"source": "all", **fault})
    with activation(simulator, timeout=0.5 if fault["kind"] == "timeout" else PATIENCE) as asked:
        calls = (
            lambda: asked.change(CHANGE, "k-1"),
            lambda: asked.read("S-1"),
            lambda: asked.ask(CHANGE, "k-2", SENT),
        )
        assert tuple(outcome_of(call) for call in calls) == expected
    # Trouble promises that nothing happened; doubt, that a query by key finds the outcome.
    simulator.control("DELETE", "/faults")
    done = fault["kind"] in {"cut", "delay", "delay_after"}
    assert outcome_of(lambda: network.ask(CHANGE, "k-1", SENT)) == ("Done" if done else "NoneType")


@pytest.mark.parametrize(
    ("fault", "at_once", "later"),
    [
        ({"kind": "refuse", "code": "invalidCharacteristic"},
         "Refused characteristic_invalid: invalidCharacteristic", "NoneType"),
        ({"kind": "refuse"}, "Refused refused: refused", "NoneType"),
        ({"kind": "refuse_later", "code": "no"}, "Accepted", "Refused refused: no"),
        ({"kind": "never"}, "Accepted", "Accepted"),
        ({"kind": "out_of_order", "seconds": 0}, "Accepted", "Done"),
        ({"kind": "double"}, "Accepted", "Done"),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else "",
)  # fmt: skip
def test_outcomes_of_a_change_are_classified(
    simulator: network_client.Client,
    network: Tmf640Network,
    fault: dict[str, Any],
    at_once: str,
    later: str,
) -> None:
    simulator.completion(0)
    simulator.fault(source="activation", **fault)
    assert outcome_of(lambda: network.change(CHANGE, "k-1")) == at_once
    assert outcome_of(lambda: network.ask(CHANGE, "k-1", SENT)) == later


def test_the_same_key_again_is_the_same_change(
    simulator: network_client.Client, network: Tmf640Network
) -> None:
    simulator.completion(0)
    answers = [network.change(CHANGE, "k-1") for _ in range(2)]
    assert [type(each) for each in answers] == [Accepted, Done]
    assert [set(each.receipt) for each in answers] == [{"monitor"}] * 2
    (applied,) = simulator.applied()
    assert applied["change"]["serviceCharacteristic"][0]["value"] == "+37255500001"
    refused = outcome_of(lambda: network.change(ServiceChange("S-1", "inactive"), "k-1"))
    assert refused == "Refused refused: idempotencyKeyReused"


def test_the_state_of_a_service_is_read(
    simulator: network_client.Client, network: Tmf640Network
) -> None:
    simulator.tell_service("A%41", state="inactive", characteristics={"kind": "old"})
    simulator.tell_service("S-2", known=False)
    assert network.read("A%41") == NetworkService("inactive", {"kind": "old"})
    unknown = "Refused service_unknown: serviceNotFound"
    assert outcome_of(lambda: network.read("S-2")) == unknown
    assert outcome_of(lambda: network.change(replace(CHANGE, network_id="S-2"), "k-1")) == unknown


def _answering(status: int, body: Any) -> Tmf640Network:
    """A network that says this whatever it is asked; the simulator is too well-behaved for that."""
    expected = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    http = httpx.Client(transport=expected)
    return Tmf640Network(Requests(http, "http://network/v4", None, timeout=1), EXTENDED)


@pytest.mark.parametrize(
    ("status", "body", "change", "ask"),
    [
        # Whoever is not let in has changed nothing, and learned nothing.
        (401, {}, "Trouble target_error: http_401", "Trouble target_error: http_401"),
        (408, {}, "Trouble busy: http_408", "Trouble busy: http_408"),
        # A question that is refused says nothing about the change.
        (404, {"code": "60", "reason": "x"}, "Refused service_unknown: 60",
         "Trouble target_error: 60"),
        (404, "<html>", "Refused refused", "Trouble target_error"),
        (400, {"code": "no +37255500001"}, "Refused refused", "Trouble target_error"),
        (400, {"code": "37255500001"}, "Refused refused", "Trouble target_error"),
        (400, {"code": "ERR_24"}, "Refused refused: ERR_24", "Trouble target_error: ERR_24"),
        (400, "words", "Refused refused", "Trouble target_error"),
        (302, {}, "InDoubt target_error: http_302", "Trouble target_error: http_302"),
        (502, {}, "InDoubt target_error: http_502", "Trouble target_error: http_502"),
        # An answer that proves nothing is asked about.
        (200, {}, "Accepted", "Trouble target_error: unreadable"),
        (200, 7, "Accepted", "Trouble target_error: unreadable"),
    ],
)  # fmt: skip
def test_malformed_answers_are_classified(status: int, body: Any, change: str, ask: str) -> None:
    network = _answering(status, body)
    assert outcome_of(lambda: network.change(CHANGE, "k")) == change
    assert outcome_of(lambda: network.ask(CHANGE, "k", SENT)) == ask


def test_an_unreachable_network_is_trouble() -> None:
    with httpx.Client() as http:
        requests = Requests(http, f"http://127.0.0.1:{free_port()}", None, timeout=1)
        away = Tmf640Network(requests, NetworkDialect())
        for network in (away, NoNetwork()):
            for call in (
                lambda network=network: network.change(CHANGE, "k"),
                lambda network=network: network.read("S-1"),
                lambda network=network: network.ask(CHANGE, "k", SENT),
            ):
                assert outcome_of(call).startswith("Trouble unreachable")
