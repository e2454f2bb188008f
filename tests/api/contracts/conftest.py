"""The API where people start contracts: the catalogue is published, and Temporal is down."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.builders import catalogue
from tests.builders.approvals import ON
from tests.builders.delegations import OFFICE, given, set_up_customers, terms
from tests.builders.people import KATI, MARI
from tests.clients.api_client import Front, open_front


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:  # pytest's way
    """Mari represents Kuusk alone, and Kati may start contracts there; Tiiu and Jaan represent
    Tamm together. Peeter has an account of his own.
    """
    set_up_customers(database)
    given(database, MARI, KATI, OFFICE, terms("contract:start", "contract:view"))
    catalogue.publish(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened
