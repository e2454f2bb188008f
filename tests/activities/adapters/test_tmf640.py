"""The adapter to the network against its simulator: what each trouble comes to."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from activities.adapters.tmf640 import NoNetwork, Tmf640Network
from domain.provisioning.steps import Accepted, Answer, Done, NotDone
from tests.builders.step_runner import activation
from tests.clients import network_client
from tests.fixtures.ports import free_port

CHANGE = {"state": "active", "settings": {"msisdn": "+37255500001", "kind": "mobile"}}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[network_client.Client]:
    with network_client.running() as simulator:
        yield simulator


@pytest.fixture
def network(simulator: network_client.Client) -> Iterator[Tmf640Network]:
    simulator.reset()
    with activation(simulator, timeout=0.5) as network:
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
         "Trouble target_error: http_500", "InDoubt target_error: http_500")),
        ({"kind": "http_503"}, ("Trouble busy: http_503",
         "Trouble busy: http_503", "Trouble busy: http_503")),
        ({"kind": "http_429"}, ("Trouble busy: http_429",
         "Trouble busy: http_429", "Trouble busy: http_429")),
        ({"kind": "timeout"},
         ("InDoubt answer_lost", "Trouble unreachable", "InDoubt answer_lost")),
        ({"kind": "cut"}, ("InDoubt answer_lost", "Trouble unreachable", "InDoubt answer_lost")),
        ({"kind": "delay", "seconds": 0.1}, ("Accepted", "dict", "NoneType")),
        ({"kind": "delay_after", "seconds": 0.1}, ("Accepted", "dict", "NoneType")),
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
    calls = (
        lambda: network.change("S-1", CHANGE, "k-1"),
        lambda: network.read("S-1"),
        lambda: network.ask("k-2"),
    )
    assert tuple(outcome_of(call) for call in calls) == expected
    # Trouble promises that nothing happened; doubt, that a query by key finds the outcome.
    simulator.control("DELETE", "/faults")
    done = fault["kind"] in {"cut", "delay", "delay_after"}
    assert outcome_of(lambda: network.ask("k-1")) == ("Done" if done else "NoneType")


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
    assert outcome_of(lambda: network.change("S-1", CHANGE, "k-1")) == at_once
    assert outcome_of(lambda: network.ask("k-1")) == later


def test_the_same_key_again_is_the_same_change(
    simulator: network_client.Client, network: Tmf640Network
) -> None:
    simulator.completion(0)
    answers = [network.change("S-1", CHANGE, "k-1") for _ in range(2)]
    assert (answers[0], type(answers[1])) == (Accepted(), Done)
    assert isinstance(answers[1], Done)
    assert set(answers[1].receipt) == {"monitor"}
    (applied,) = simulator.applied()
    assert applied["change"]["serviceCharacteristic"][0]["value"] == "+37255500001"
    refused = outcome_of(lambda: network.change("S-1", {"state": "inactive"}, "k-1"))
    assert refused == "Refused refused: idempotencyKeyReused"


def test_the_state_of_a_service_is_read(
    simulator: network_client.Client, network: Tmf640Network
) -> None:
    simulator.tell_service("A%41", state="inactive", characteristics={"kind": "old"})
    simulator.tell_service("S-2", known=False)
    assert network.read("A%41") == {"state": "inactive", "settings": {"kind": "old"}}
    unknown = "Refused service_unknown: serviceNotFound"
    assert outcome_of(lambda: network.read("S-2")) == unknown
    assert outcome_of(lambda: network.change("S-2", CHANGE, "k-1")) == unknown


def _answering(status: int, body: Any) -> Tmf640Network:
    """A network that says this whatever it is asked; the simulator is too well-behaved for that."""
    expected = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    return Tmf640Network(httpx.Client(transport=expected), "http://network/v4", None, timeout=1)


MONITOR = "0d9b9c9e-7f43-4d62-9a7b-111111111111"


@pytest.mark.parametrize(
    ("status", "body", "change", "ask"),
    [
        # Whoever is not let in has changed nothing, and learned nothing.
        (401, {}, "Trouble target_error: http_401", "Trouble target_error: http_401"),
        (408, {}, "Trouble busy: http_408", "Trouble busy: http_408"),
        # A question that is refused says nothing about the change.
        (404, {"code": "monitorNotFound"}, "Refused refused: monitorNotFound",
         "InDoubt target_error: monitorNotFound"),
        (400, {"code": "no +37255500001"}, "Refused refused", "InDoubt target_error"),
        (400, "words", "Refused refused", "InDoubt target_error"),
        (302, {}, "InDoubt target_error: http_302", "InDoubt target_error: http_302"),
        (502, {}, "InDoubt target_error: http_502", "InDoubt target_error: http_502"),
        (200, {}, "InDoubt target_error: unreadable", "InDoubt target_error: unreadable"),
        (200, 7, "InDoubt target_error: unreadable", "InDoubt target_error: unreadable"),
        (200, [{"id": MONITOR, "state": "Odd"}], "InDoubt target_error: unreadable",
         "InDoubt target_error: unreadable"),
        (200, [{"id": MONITOR, "state": "Completed"}], "InDoubt target_error: unreadable", "Done"),
        (200, [{"id": MONITOR, "state": "InError", "response": {"statusCode": 503, "body": {}}}],
         "InDoubt target_error: unreadable", "Refused target_error: http_503"),
    ],
)  # fmt: skip
def test_malformed_answers_are_classified(status: int, body: Any, change: str, ask: str) -> None:
    network = _answering(status, body)
    assert outcome_of(lambda: network.change("S-1", CHANGE, "k")) == change
    assert outcome_of(lambda: network.ask("k")) == ask


def test_an_unreachable_network_is_trouble() -> None:
    with httpx.Client() as http:
        away = Tmf640Network(http, f"http://127.0.0.1:{free_port()}", None, timeout=1)
        for network in (away, NoNetwork()):
            for call in (
                lambda network=network: network.change("S-1", CHANGE, "k"),
                lambda network=network: network.read("S-1"),
                lambda network=network: network.ask("k"),
            ):
                assert outcome_of(call).startswith("Trouble unreachable")
