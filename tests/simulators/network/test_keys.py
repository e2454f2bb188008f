"""Changes of services come once under each key, in their order, and by time alone."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.clients.network_client import NEW, Client, running
from tests.fixtures.patience import PATIENCE, patience_ends

BODY: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}
OTHER: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": False}]}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def test_the_same_key_gives_the_same_monitor_before_and_after_the_end(network: Client) -> None:
    network.fault("never", source="activation", times=1)
    first = network.change("s-1", BODY, "k-1").json()
    second = network.change("s-1", BODY, "k-1").json()
    network.control("DELETE", "/faults")
    over = network.ended(first["id"])
    network.tell_service("s-1", known=False)
    third = network.change("s-1", BODY, "k-1")

    assert first == second
    assert (third.status_code, third.json()) == (202, over)
    assert network.monitors("k-1") == [over]
    assert len(network.applied()) == 1


def test_a_new_service_is_made_once_under_its_key(network: Client) -> None:
    ids = {network.create(NEW, "k-1").json()["id"] for _ in range(2)}

    network.ended(ids.pop())

    assert not ids
    assert len(network.applied()) == 1
    assert network.create(NEW, "k-1").json()["state"] == "Completed"


@pytest.mark.parametrize(
    ("service", "body"),
    [pytest.param("s-1", OTHER, id="body"), pytest.param("s-2", BODY, id="service")],
)
def test_another_request_under_the_same_key_is_refused(
    network: Client, service: str, body: Any
) -> None:
    first = network.change("s-1", BODY, "k-1").json()

    answer = network.change(service, body, "k-1")

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotencyKeyReused"
    assert network.create(NEW, "k-1").json()["code"] == "idempotencyKeyReused"
    network.ended(first["id"])
    assert [each["change"] for each in network.applied()] == [BODY]


def test_many_at_once_under_one_key_are_one(network: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: network.change("s-1", BODY, "k-1"), range(24)))

    assert {each.status_code for each in answers} == {202}
    (monitor_id,) = {each.json()["id"] for each in answers}
    network.ended(monitor_id)
    assert len(network.applied()) == 1


def test_many_at_once_of_many_services_are_each_made_once(network: Client) -> None:
    def change(number: int) -> str:
        answer = network.change(f"s-{number % 5}", BODY, f"k-{number}")
        return str(network.ended(answer.json()["id"])["state"])

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(change, range(60)))

    assert set(states) == {"Completed"}
    log = network.applied()
    assert sorted(each["key"] for each in log) == sorted(f"k-{n}" for n in range(60))
    assert all(one["at"] <= other["at"] for one, other in pairwise(log))


def test_a_change_is_completed_without_queries(network: Client) -> None:
    network.completion(0.05)
    begun = datetime.now().astimezone()
    network.change("s-1", BODY, "k-1")

    deadline = patience_ends()
    while not network.applied() and time.monotonic() < deadline:
        time.sleep(0.01)

    (entry,) = network.applied()
    assert 0.05 <= (datetime.fromisoformat(entry["at"]) - begun).total_seconds() < PATIENCE
    assert "GET monitor" not in network.requests()


def test_changes_of_a_service_are_made_in_the_order_in_which_they_came(network: Client) -> None:
    network.completion(0.2)
    network.change("s-1", BODY, "slow")
    network.completion(0)
    quick = network.change("s-1", OTHER, "quick").json()

    assert network.ended(quick["id"])["state"] == "Completed"
    assert [each["key"] for each in network.applied()] == ["slow", "quick"]
    (roaming,) = network.service("s-1").json()["serviceCharacteristic"]
    assert roaming["value"] is False


def test_a_change_out_of_order_blocks_no_other(network: Client) -> None:
    network.fault("out_of_order", source="activation", seconds=600, times=1)
    late = network.change("s-1", BODY, "late").json()
    second = network.change("s-1", OTHER, "second").json()

    assert network.ended(second["id"])["state"] == "Completed"
    assert network.monitor(late["id"]).json()["state"] == "InProgress"
    assert [each["key"] for each in network.applied()] == ["second"]


def test_a_change_out_of_order_is_made_after_its_delay(network: Client) -> None:
    network.fault("out_of_order", source="activation", seconds=0.2)
    begun = datetime.now().astimezone()
    late = network.change("s-1", BODY, "late").json()

    assert network.ended(late["id"])["state"] == "Completed"
    (entry,) = network.applied()
    assert (datetime.fromisoformat(entry["at"]) - begun).total_seconds() >= 0.22


def test_a_change_forgotten_while_in_progress_is_never_made(network: Client) -> None:
    network.completion(3600)
    accepted = network.change("s-1", BODY, "k-1").json()

    network.control("DELETE", "/monitors")

    network.completion(0)
    again = network.change("s-1", BODY, "k-1").json()
    assert network.ended(again["id"])["state"] == "Completed"
    assert network.monitor(accepted["id"]).status_code == 404
    assert [each["monitor_id"] for each in network.applied()] == [again["id"]]
