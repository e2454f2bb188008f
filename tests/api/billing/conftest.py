"""The API in front of a simulated billing, which is as at its start before each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.database import Database
from tests.clients.api_client import Front
from tests.clients.billing_client import Client, running
from tests.clients.billing_reading import open_billing_front, settings_of


@pytest.fixture(scope="package")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def billing(simulator: Client) -> Client:
    simulator.reset()
    return simulator


@pytest.fixture
async def front(database: Database, billing: Client) -> AsyncIterator[Front]:
    """What billing said stays fresh for the whole test, unless its rows are aged."""
    async with open_billing_front(database, settings_of(billing)) as opened:
        yield opened
