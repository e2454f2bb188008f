"""step.9: what TMF640 v4.0.0 says of bodies, errors and lists, without its description at hand."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.clients.network_client import NEW, TOKEN, Client, running

BEARER = {"authorization": f"Bearer {TOKEN.get_secret_value()}"}
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
    ("state", "status"),
    [("InProgress", None), ("Completed", "200"), ("InError", "409")],
)
def test_step_9_a_monitor_has_text_bodies_and_headers_and_a_response_only_at_the_end(
    network: Client, state: str, status: str | None
) -> None:
    monitor = network.plant("s-1", state=state, status=int(status or 200))

    parts = [monitor["request"], *([monitor["response"]] if status else [])]
    assert ("response" in monitor) is (status is not None)
    assert [json.loads(each["body"]) for each in parts] == [{"state": "active"}] * len(parts)
    assert all(each["header"] for each in parts)
    assert all(set(item) == {"name", "value"} for each in parts for item in each["header"])
    assert all(isinstance(monitor[name], str) for name in ("id", "href", "sourceHref", "state"))
    assert monitor["@type"] == "Monitor"
    assert not status or monitor["response"]["statusCode"] == status


def test_step_9_a_characteristic_says_the_type_of_its_value(network: Client) -> None:
    given = {
        "text": "a",
        "number": 1.5,
        "whole": 1,
        "yes": True,
        "list": [1],
        "object": {"a": 1},
    }
    network.tell_service("s-1", characteristics=given)

    shown = network.service("s-1").json()["serviceCharacteristic"]

    assert {each["name"]: each["valueType"] for each in shown} == {
        "text": "string",
        "number": "number",
        "whole": "integer",
        "yes": "boolean",
        "list": "array",
        "object": "object",
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"serviceSpecification": {"id": "1"}}, id="no-state"),
        pytest.param({"state": "active"}, id="no-specification"),
        pytest.param(
            {"state": "active", "serviceSpecification": {}}, id="specification-without-id"
        ),
        pytest.param(NEW | {"state": "suspended"}, id="no-state-of-v4"),
        pytest.param(NEW | {"isBundle": "true"}, id="text-for-boolean"),
        pytest.param(NEW | {"name": 1}, id="number-for-text"),
        pytest.param(NEW | {"name": None}, id="null"),
        pytest.param(NEW | {"startDate": "2026-01-01"}, id="day-for-moment"),
        pytest.param(NEW | {"startDate": "2026-01-01T00:00:00"}, id="moment-without-offset"),
        pytest.param(NEW | {"note": {}}, id="object-for-list"),
        pytest.param(NEW | {"place": [{}]}, id="place-without-role"),
        pytest.param(NEW | {"relatedParty": [{"id": "1"}]}, id="party-of-no-type"),
        pytest.param(NEW | {"@schemaLocation": ".../a.json"}, id="no-address"),
        pytest.param(NEW | {"feature": [{"name": "a"}]}, id="feature-without-characteristics"),
        pytest.param(NEW | {"supportingService": [{"state": "on"}]}, id="wrong-within"),
        pytest.param(NEW | {"serviceSpecfication": {}}, id="misspelled"),
    ],
)
def test_step_9_a_new_service_needs_the_standards_members_and_types(
    network: Client, body: dict[str, Any]
) -> None:
    network.behave("standard")

    answer = network.create(body, None)

    assert (answer.status_code, answer.json()["status"]) == (400, "400")
    assert network.listed("service").json() == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut-off"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"[" * 5000, id="too-deep"),
        pytest.param(b'{"description": "\\ud800"}', id="half-a-character"),
        pytest.param(b'{"serviceCharacteristic": [{"name": "a", "value": NaN}]}', id="no-number"),
    ],
)
def test_step_9_what_is_no_json_object_is_refused(network: Client, text: bytes) -> None:
    headers = BEARER | {"idempotency-key": "k", "content-type": "application/json"}

    answer = network.http.patch(f"{ACTIVATION_PATH}/service/s-1", content=text, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalidBody")


def test_step_9_a_patch_merges_objects_replaces_lists_and_null_removes(network: Client) -> None:
    network.behave("standard")
    old = {"description": "old", "serviceSpecification": {"id": "1", "name": "a"}, "name": "kept"}
    network.tell_service("s-1", members=old | {"note": [{"id": "1"}, {"id": "2"}]})
    patch = {"description": None, "serviceSpecification": {"id": "2"}, "note": [{"id": "3"}]}

    answer = network.change("s-1", patch, None)

    assert answer.status_code == 200
    changed = {each: answer.json().get(each) for each in (*old, "note")}
    assert changed == {
        "description": None,
        "serviceSpecification": {"id": "2", "name": "a"},
        "name": "kept",
        "note": [{"id": "3"}],
    }


def _sent(method: str, path: str) -> Callable[[Client], httpx.Response]:
    return lambda network: network.http.request(method, ACTIVATION_PATH + path, headers=BEARER)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/service", "GET, POST"),
        ("/service/s-1", "GET, PATCH, DELETE"),
        ("/monitor", "GET"),
        ("/monitor/m-1", "GET"),
    ],
)
def test_step_9_a_wrong_method_learns_the_right_ones(
    network: Client, path: str, methods: str
) -> None:
    answer = _sent("PUT", path)(network)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("send", "status"),
    [
        pytest.param(lambda n: n.service("s-1", token="no"), 401, id="another-token"),
        pytest.param(lambda n: n.listed("service", limit="-1"), 400, id="negative-limit"),
        pytest.param(lambda n: n.listed("service", offset="x"), 400, id="offset-of-text"),
        pytest.param(lambda n: n.listed("service", colour="red"), 400, id="unknown-attribute"),
        pytest.param(_sent("GET", "/service/%20"), 404, id="no-id"),
        pytest.param(_sent("GET", "/monitor/x"), 404, id="unknown-monitor"),
        pytest.param(_sent("GET", "/hub"), 404, id="unknown-path"),
        pytest.param(_sent("PUT", "/service/s-1"), 405, id="wrong-method"),
        pytest.param(_sent("DELETE", "/monitor/x"), 405, id="monitors-are-only-read"),
        pytest.param(lambda n: n.change("refused", BODY, "k-1"), 409, id="refused"),
        pytest.param(lambda n: n.change("failing", BODY, "k-2"), 500, id="failing"),
        pytest.param(lambda n: n.change("busy", BODY, "k-3"), 503, id="busy"),
    ],
)
def test_step_9_every_error_has_the_body_of_one(
    network: Client, send: Callable[[Client], httpx.Response], status: int
) -> None:
    faults = {"refused": "refuse", "failing": "http_500", "busy": "http_503"}
    network.control("PUT", "/faults", [
        {"source": "activation", "kind": kind, "subject": subject}
        for subject, kind in faults.items()
    ])  # fmt: skip

    answer = send(network)

    assert answer.status_code == status
    error = answer.json()
    assert set(error) == {"code", "reason", "message", "status"}
    assert error["status"] == str(status)
    assert all(isinstance(each, str) and each for each in error.values())
