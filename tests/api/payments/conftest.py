"""The API in front of a simulated billing, and two banks whose words the tests sign themselves."""

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.database import Database
from tests.api.payments.payer import Payer
from tests.builders.billed import bill, set_up
from tests.builders.paying import PAYING
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
async def payer(database: Database, billing: Client) -> AsyncIterator[Payer]:
    """The accountant of a company with one unpaid invoice."""
    set_up(database)
    bill(billing)
    async with open_billing_front(database, settings_of(billing), paying=PAYING) as front:
        yield Payer(front, billing)
