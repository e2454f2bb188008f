"""A running bank simulator, and the product's adapter at the other end."""

from collections.abc import Iterator

import pytest

from activities.adapters.banks.pangalink import PangalinkBank
from tests.builders.bank_worlds import Receiver, banks_of, receiving
from tests.clients.bank_client import Client, running


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture(scope="module")
def banks(simulator: Client) -> Iterator[dict[str, PangalinkBank]]:
    with banks_of(simulator.keys, simulator.url) as banks:
        yield banks


@pytest.fixture(scope="module")
def listening(banks: dict[str, PangalinkBank]) -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.banks = banks
        yield receiver


@pytest.fixture
def client(simulator: Client) -> Client:
    simulator.reset()
    return simulator


@pytest.fixture
def receiver(listening: Receiver, client: Client) -> Receiver:
    listening.forget()
    return listening
