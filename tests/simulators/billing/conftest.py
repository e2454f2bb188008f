"""One billing system for the tests of this folder, as at the start before each of them."""

from collections.abc import Iterator

import pytest

from tests.clients.billing_client import Client, running


@pytest.fixture(scope="package")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def billing(simulator: Client) -> Client:
    simulator.reset()
    return simulator
