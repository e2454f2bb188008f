"""The API where people act together without an officer's look first."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.builders.approvals import ON
from tests.builders.delegations import set_up_customers
from tests.clients.api_client import Front, open_front


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:  # pytest's way
    """Tiiu and Jaan represent Tamm together, Mari represents Kuusk alone. Temporal is down."""
    set_up_customers(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened
