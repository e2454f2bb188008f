"""Requests that the network's Service Activation refuses."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.clients.network_client import TOKEN, Client, running

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
    ("body", "code"),
    [
        pytest.param([], "invalidBody", id="no-object"),
        pytest.param({"nmae": "x"}, "invalidBody", id="unknown-field"),
        pytest.param({"id": "s-2"}, "invalidBody", id="other-service"),
        pytest.param({"state": "suspended"}, "invalidState", id="no-state-of-v4"),
        pytest.param({"serviceCharacteristic": {}}, "invalidCharacteristic", id="no-list"),
        *(
            pytest.param({"serviceCharacteristic": each}, "invalidCharacteristic", id=why)
            for why, each in {
                "no-value": [{"name": "a"}],
                "no-name": [{"value": 1}],
                "empty-name": [{"name": "", "value": 1}],
                "twice": [{"name": "a", "value": 1}, {"name": "a", "value": 2}],
            }.items()
        ),
    ],
)
def test_a_wrong_change_is_refused(network: Client, body: Any, code: str) -> None:
    answer = network.change("s-1", body, "k-1")

    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"code", "reason", "message", "status"}
    assert network.monitors("k-1") == []


def test_a_write_is_json_and_may_be_a_merge_patch(network: Client) -> None:
    headers = {"authorization": f"Bearer {TOKEN.get_secret_value()}", "idempotency-key": "k-1"}
    codes = []
    for media in ("text/plain", "application/merge-patch+json", "application/json; charset=utf-8"):
        answer = network.http.patch(
            f"{network.activation_url}/service/s-1",
            content=b'{"state": "active"}',
            headers=headers | {"content-type": media},
        )
        codes.append(answer.status_code)

    assert codes == [415, 202, 202]


def test_a_write_needs_a_key_and_so_does_the_search_by_it(network: Client) -> None:
    answers = [network.change("s-1", BODY, None), network.create(BODY, None)]
    headers = {"authorization": f"Bearer {TOKEN.get_secret_value()}"}
    answers.append(network.http.get(f"{ACTIVATION_PATH}/monitor?idempotencyKey=", headers=headers))

    assert [each.status_code for each in answers] == [400, 400, 400]
    assert {each.json()["code"] for each in answers} == {"missingIdempotencyKey"}
    assert network.monitor("no-such-monitor").json()["code"] == "monitorNotFound"


def test_nobody_else_is_served(network: Client) -> None:
    answers = [
        network.service("s-1", token="not-it"),
        network.change("s-1", BODY, "k-1", token="not-it"),
        network.create(BODY, "k-1", token="not-it"),
        network.monitor("m-1", token="not-it"),
        network.http.get(f"{ACTIVATION_PATH}/monitor?idempotencyKey=k-1"),
        network.http.get(f"{ACTIVATION_PATH}/monitor"),
        network.http.get(f"{ACTIVATION_PATH}/service"),
        network.remove("s-1", "k-1", token="not-it"),
    ]

    assert [each.status_code for each in answers] == [401] * 8
    assert {each.json()["code"] for each in answers} == {"unauthenticated"}
    assert network.monitors("k-1") == []
