"""Faults of the network for one service or number, and for a share of the answers."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.network_client import Client, running

NUMBER = "+37255512345"
BODY: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}
OF_NUMBER: dict[str, Any] = {"serviceCharacteristic": [{"name": "msisdn", "value": NUMBER}]}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


@pytest.mark.parametrize("subject", ["s-1", NUMBER])
def test_a_fault_meets_only_its_subject(network: Client, subject: str) -> None:
    network.tell_service("s-1", characteristics={"msisdn": NUMBER})
    network.fault("refuse", source="activation", subject=subject, code="barredNumber")

    answers = [network.change(each, BODY, f"k-{each}") for each in ("s-2", "s-1")]

    assert [each.status_code for each in answers] == [202, 409]


def test_a_number_is_also_known_from_the_change_and_from_its_monitor(network: Client) -> None:
    network.fault("refuse", source="activation", subject=NUMBER, times=1)
    assert network.change("s-1", OF_NUMBER, "k-1").status_code == 409

    with_number, without = (
        network.change(service, body, service).json()
        for service, body in (("s-1", OF_NUMBER), ("s-2", BODY))
    )
    network.fault("http_503", source="monitor", subject=NUMBER)

    assert network.monitor(with_number["id"]).status_code == 503
    assert network.ended(without["id"])["state"] == "Completed"


def test_a_sim_swap_fault_meets_only_its_number(network: Client) -> None:
    network.fault("http_503", subject=NUMBER)

    asked = [network.check({"phoneNumber": each}) for each in ("+37250000000", NUMBER)]

    assert [each.status_code for each in asked] == [200, 503]


def test_a_seed_draws_the_same_answers_again(network: Client) -> None:
    def outcomes(seed: int, run: str) -> list[int]:
        network.fault("http_503", source="activation", rate=0.5)
        network.control("PUT", "/seed", {"seed": seed})
        return [network.change("s-1", BODY, f"{run}-{n}").status_code for n in range(40)]

    first, second, other = outcomes(7, "a"), outcomes(7, "b"), outcomes(8, "c")

    assert first == second != other
    assert 8 < first.count(503) < 32
    assert len(first) - first.count(503) == first.count(202)
