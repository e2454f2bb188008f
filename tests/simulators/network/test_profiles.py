"""step.9: how the network behaves where TMF640 leaves a choice, and without our extension."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.clients.network_client import NEW, Client, running

BODY: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def values(service: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in service["serviceCharacteristic"]}


def test_step_9_a_standard_network_answers_with_the_service_itself(network: Client) -> None:
    network.behave("standard")

    changed = network.change("s-1", BODY, None)
    created = network.create(NEW | BODY | {"id": "mine"}, None)
    removed = network.remove("s-1", None)

    assert (changed.status_code, changed.json()["id"]) == (200, "s-1")
    assert values(changed.json()) == {"roaming": True}
    assert (created.status_code, created.headers["location"]) == (201, created.json()["href"])
    assert created.json()["id"].isdigit(), "the network gives the id"
    assert (removed.status_code, removed.content) == (204, b"")
    assert network.service("s-1").status_code == 404
    assert network.service(created.json()["id"]).json() == created.json()
    assert network.listed("monitor").json() == []
    assert [each["method"] for each in network.applied()] == ["PATCH", "POST", "DELETE"]


def test_step_9_a_standard_network_ignores_the_key_and_does_twice_what_is_sent_twice(
    network: Client,
) -> None:
    network.behave("standard")

    answers = [network.change("s-1", BODY, "k-1") for _ in range(2)]
    other = network.change("s-1", {"state": "inactive"}, "k-1")

    assert [each.status_code for each in [*answers, other]] == [200, 200, 200]
    assert len(network.applied(key="k-1")) == 3
    network.plant("s-1")
    assert len(network.listed("monitor", idempotencyKey="k-1").json()) == 1, "a stranger's"


def test_step_9_a_standard_network_replaces_the_list_of_characteristics(network: Client) -> None:
    network.tell_service("s-1", characteristics={"roaming": False, "kind": "mobile"})
    merged = network.change("s-1", BODY, "k-1").json()
    network.ended(merged["id"])
    assert values(network.service("s-1").json()) == {"roaming": True, "kind": "mobile"}

    network.behave("standard")

    assert values(network.change("s-1", BODY, None).json()) == {"roaming": True}


@pytest.mark.parametrize(
    ("spelling", "states"),
    [
        ("pascal", ["InProgress", "Completed", "InError"]),
        ("camel", ["inProgress", "completed", "inError"]),
        ("lower", ["inprogress", "completed", "inerror"]),
        ("upper", ["INPROGRESS", "COMPLETED", "INERROR"]),
    ],
)
def test_step_9_the_state_of_a_monitor_is_spelled_as_set(
    network: Client, spelling: str, states: list[str]
) -> None:
    network.behave("async", spelling=spelling)

    planted = [network.plant("s-1", state=s) for s in ("InProgress", "Completed", "InError")]

    assert [each["state"] for each in planted] == states


def test_step_9_a_network_may_answer_with_monitors_and_still_know_no_key(network: Client) -> None:
    network.behave("standard", answers="monitor")

    first, second = (network.change("s-1", BODY, "k-1") for _ in range(2))

    assert [first.status_code, second.status_code] == [202, 202]
    monitor = network.ended(first.json()["id"])
    assert (monitor["state"], monitor["id"].isdigit()) == ("completed", True)
    assert monitor["href"] == first.headers["location"]
    assert monitor["sourceHref"] == f"{network.activation_url}/service/s-1"
    assert monitor["request"]["to"] == monitor["sourceHref"]
    assert [each["name"] for each in monitor["request"]["header"]] == ["Content-Type"]
    network.ended(second.json()["id"])
    assert len(network.applied(key="k-1")) == 2


def test_step_9_what_a_monitor_shows_of_its_request_is_a_choice(network: Client) -> None:
    network.behave("async", echoes=["X-Request-Id", "idempotency-key"], source_href=False)

    shown = network.change("s-1", BODY, "k-1").json()

    assert "sourceHref" not in shown
    assert shown["request"]["header"][1:] == [{"name": "idempotency-key", "value": "k-1"}]
    refused = network.http.put("/_control/profile", json={"echoes": ["Authorization"]})
    assert refused.status_code == 422, "the token is never shown"


@pytest.mark.parametrize(
    ("shown", "busy", "idle"),
    [
        ("hidden", {}, {}),
        (
            "isServiceEnabled",
            {"isServiceEnabled": False, "hasStarted": False},
            {"isServiceEnabled": True, "hasStarted": True},
        ),
        ("operatingStatus", {"operatingStatus": "pending"}, {"operatingStatus": "running"}),
    ],
)
def test_step_9_a_service_shows_that_a_change_is_in_progress(
    network: Client, shown: str, busy: dict[str, Any], idle: dict[str, Any]
) -> None:
    network.behave("standard", in_progress=shown)
    network.fault("never", source="activation", times=1)

    answered = network.change("s-1", {"state": "inactive"}, None).json()
    read = network.service("s-1").json()

    assert answered == read
    assert read["state"] == "active", "it was accepted, and is not done"
    fixed = {"id", "href", "@type", "state", "serviceCharacteristic"}
    assert {name: value for name, value in read.items() if name not in fixed} == busy
    network.control("DELETE", "/faults")
    read = network.service("s-1").json()
    assert read["state"] == "inactive"
    assert {name: value for name, value in read.items() if name not in fixed} == idle


def test_step_9_a_strangers_monitor_is_about_the_same_service_and_changes_nothing(
    network: Client,
) -> None:
    planted = network.plant(
        "s-1", body={"state": "inactive"}, headers={"Idempotency-Key": "theirs"}, found_under="k-1"
    )

    assert planted["sourceHref"] == f"{ACTIVATION_PATH}/service/s-1"
    assert planted["request"]["header"] == [{"name": "Idempotency-Key", "value": "theirs"}]
    assert network.monitor(planted["id"]).json() == planted
    assert network.monitors("k-1") == [planted], "found under our key by mistake"
    assert (network.applied(), network.service("s-1").json()["state"]) == ([], "active")


@pytest.mark.parametrize("name", ["async", "standard"])
def test_step_9_faults_work_in_every_profile(network: Client, name: str) -> None:
    network.behave(name)
    network.completion(0)
    seen = {}
    for kind in ("refuse", "refuse_later", "never", "double", "http_503"):
        network.fault(kind, source="activation", times=1)
        service = f"s-{kind}"
        status = network.change(service, {"state": "inactive"}, kind).status_code
        seen[kind] = (
            status, network.service(service).json()["state"], len(network.applied(key=kind)),
        )  # fmt: skip
    good = 202 if name == "async" else 200

    assert seen == {
        "refuse": (409, "active", 0),
        "refuse_later": (good, "active", 0),
        "never": (good, "active", 0),
        "double": (good, "inactive", 1 if name == "async" else 2),
        "http_503": (503, "active", 0),
    }


def test_step_9_a_profile_lasts_until_reset(network: Client) -> None:
    network.behave("standard", ids="uuid")
    profile = network.control("GET", "/profile")
    assert (profile["name"], profile["answers"], profile["ids"]) == ("standard", "service", "uuid")

    network.reset()

    assert network.control("GET", "/profile")["name"] == "async"
