"""Faults of the SMS gateway for one number, and for a share of the messages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.sms_client import Client, running

TO, OTHER = "+37255512345", "+37255500000"


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def gateway(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()
    simulator.control("DELETE", "/seed")


def body(to: str) -> dict[str, Any]:
    return {"to": to, "messages": [{"channel": "sms", "text": "tere"}]}


def test_a_fault_meets_only_the_messages_to_its_number(gateway: Client) -> None:
    gateway.fault("send", "refuse", subject=TO, code="102")

    answers = [gateway.send(body(each)) for each in (OTHER, TO)]

    assert [each.status_code for each in answers] == [201, 400]
    assert [each["to"] for each in gateway.outbox()] == [OTHER]


def test_the_status_of_a_message_is_about_its_number(gateway: Client) -> None:
    ids = [gateway.send(body(each)).json()["omnimessage_id"] for each in (OTHER, TO)]
    gateway.fault("status", "http_500", subject=TO)

    assert [gateway.status(each).status_code for each in ids] == [200, 500]


def test_a_share_of_the_messages_is_refused_and_a_seed_repeats_it(gateway: Client) -> None:
    def outcomes(seed: int) -> list[int]:
        gateway.fault("send", "http_503", rate=0.4)
        gateway.control("PUT", "/seed", {"seed": seed})
        return [gateway.send(body(TO)).status_code for _ in range(40)]

    first = outcomes(7)

    assert first == outcomes(7) != outcomes(8)
    assert 5 < first.count(503) < 35


def test_a_message_that_names_nobody_is_refused_as_ever(gateway: Client) -> None:
    gateway.fault("send", "http_503", subject=TO)

    bodies: list[Any] = [{}, [], {"to": 1}]
    assert [gateway.send(each).status_code for each in bodies] == [400] * 3
