from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.clients.api_client import Front, open_front
from tests.fixtures.databases import database, shared_database

__all__ = ["database", "shared_database"]


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:  # pytest's way
    """The API, with an empty database and Temporal down."""
    async with open_front(database) as opened:
        yield opened
