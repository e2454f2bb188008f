"""The network's Service Activation: what it knows, accepts and refuses, and what it then does."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.clients.network_client import NEW, Client, running

NUMBER = "+37255512345"
BODY = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}
JSON = {"name": "Content-Type", "value": "application/json"}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def characteristics(service: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in service["serviceCharacteristic"]}


def result(monitor: dict[str, Any]) -> Any:
    """The answer that the change would have got at its end."""
    return json.loads(monitor["response"]["body"])


def done(network: Client, answer: httpx.Response) -> dict[str, Any]:
    """The monitor of an accepted change, once it is over."""
    assert answer.status_code == 202, answer.text
    return network.ended(answer.json()["id"])


def test_any_service_is_known_unless_set_otherwise(network: Client) -> None:
    network.tell_service("s-2", known=False)

    known, unknown = network.service("s-1"), network.service("s-2")

    assert known.json() == {
        "id": "s-1",
        "href": f"{ACTIVATION_PATH}/service/s-1",
        "@type": "Service",
        "state": "active",
        "serviceCharacteristic": [],
    }
    assert unknown.status_code == 404
    assert unknown.json() == {
        "code": "serviceNotFound",
        "reason": "Not Found",
        "message": "There is no such service.",
        "status": "404",
    }
    assert network.change("s-2", BODY, "k-1").json()["code"] == "serviceNotFound"
    assert network.monitors("k-1") == network.applied() == []


def test_a_change_is_accepted_first_and_made_when_its_monitor_is_completed(
    network: Client,
) -> None:
    network.completion(3600)
    waiting = network.change("s-1", BODY, "k-1")
    network.completion(0)
    over = done(network, network.change("s-2", BODY, "k-2"))

    accepted = waiting.json()
    assert waiting.headers["location"] == accepted["href"]
    assert accepted == network.monitor(accepted["id"]).json()
    assert accepted == {
        "id": accepted["id"],
        "href": f"{ACTIVATION_PATH}/monitor/{accepted['id']}",
        "@type": "Monitor",
        "sourceHref": f"{ACTIVATION_PATH}/service/s-1",
        "state": "InProgress",
        "request": {
            "method": "PATCH",
            "to": f"{ACTIVATION_PATH}/service/s-1",
            "header": [JSON, {"name": "Idempotency-Key", "value": "k-1"}],
            "body": accepted["request"]["body"],
        },
    }
    assert json.loads(accepted["request"]["body"]) == BODY
    assert characteristics(network.service("s-1").json()) == {}
    assert over["state"] == "Completed"
    assert (over["response"]["statusCode"], over["response"]["header"]) == ("200", [JSON])
    assert result(over) == network.service("s-2").json()
    assert [each["key"] for each in network.applied()] == ["k-2"]


def test_changes_are_merged_by_name_and_null_removes(network: Client) -> None:
    network.tell_service("s-1", state="reserved", characteristics={"msisdn": NUMBER, "a": 1})
    given = [{"name": "a", "value": None}, {"name": "b", "value": {"deep": [1]}}]

    over = done(network, network.change("s-1", {"serviceCharacteristic": given}, "k-1"))
    done(network, network.change("s-1", {"state": "terminated"}, "k-2"))

    assert characteristics(result(over)) == {"msisdn": NUMBER, "b": {"deep": [1]}}
    assert result(over)["state"] == "reserved"
    assert network.service("s-1").json()["state"] == "terminated"


def test_a_service_is_created_under_its_own_id_or_a_new_one(network: Client) -> None:
    named = done(network, network.create(NEW | {"id": "s-1", "state": "inactive"}, "k-1"))
    nameless = done(network, network.create(NEW | BODY, "k-2"))
    again = network.create(NEW | {"id": "s-1"}, "k-3")

    assert named["response"]["statusCode"] == nameless["response"]["statusCode"] == "201"
    assert network.service("s-1").json()["state"] == "inactive"
    created = network.service(result(nameless)["id"]).json()
    assert (created["state"], characteristics(created)) == ("active", {"roaming": True})
    assert (again.status_code, again.json()["code"]) == (409, "serviceExists")


def test_a_service_can_go_while_its_change_is_in_progress(network: Client) -> None:
    network.fault("never", source="activation")
    accepted = network.change("s-1", BODY, "k-1").json()
    network.tell_service("s-1", known=False)
    network.control("DELETE", "/faults")

    over = network.ended(accepted["id"])

    assert (over["state"], over["response"]["statusCode"]) == ("InError", "404")
    assert result(over)["code"] == "serviceNotFound"
    assert network.applied() == []


def test_step_9_a_service_is_deleted_once_under_its_key_and_stays_away(network: Client) -> None:
    first = done(network, network.remove("s-1", "k-1"))
    again = network.remove("s-1", "k-1").json()
    other = network.remove("s-1", "k-2")

    assert first == again
    assert (first["response"]["statusCode"], first["response"]["body"]) == ("204", "")
    assert [network.service("s-1").status_code, other.status_code] == [404, 404]
    assert [each["method"] for each in network.applied()] == ["DELETE"]


def test_the_log_shows_each_change_with_its_number(network: Client) -> None:
    network.completion(0)
    network.tell_service("s-1", characteristics={"msisdn": NUMBER})
    given = {"serviceCharacteristic": [{"name": "msisdn", "value": "+37250000000"}]}
    for service, body, key in [("s-1", BODY, "k-1"), ("s-2", BODY, "k-2"), ("s-2", given, "k-3")]:
        done(network, network.change(service, body, key))

    log = network.applied()
    assert [each["number"] for each in log] == [NUMBER, None, "+37250000000"]
    assert [each["key"] for each in network.applied(service="s-2")] == ["k-2", "k-3"]
    assert network.applied(key="k-1", service="s-2") == []
    (first,) = network.applied(key="k-1")
    assert (first["change"], first["service_id"]) == (BODY, "s-1")
    assert first["monitor_id"] == network.monitors("k-1")[0]["id"]

    network.control("DELETE", "/applied")

    assert network.applied() == []


def test_requests_are_counted_by_method_and_kind(network: Client) -> None:
    network.fault("http_503", source="activation", times=1)
    for key in ("k-1", "k-2"):
        network.change("s-1", BODY, key)
    network.create(NEW, "k-3")
    network.monitors("k-1")
    network.monitor("no-such-monitor")
    network.check({"phoneNumber": NUMBER})

    assert network.requests() == {
        "PATCH service": 2,
        "POST service": 1,
        "GET monitor": 2,
        "POST sim_swap": 1,
    }

    network.control("DELETE", "/requests")

    assert network.requests() == {}
