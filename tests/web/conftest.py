from collections.abc import AsyncIterator

import pytest

from tests.clients.api_client import Front
from tests.fixtures.banked_site import simulated_bank
from tests.fixtures.billed_front import billing, simulated_billing
from tests.fixtures.browser_plugin import NewPage
from tests.fixtures.databases import database, shared_database
from tests.fixtures.pages_site import PagesSite, front, open_site

__all__ = ["billing", "database", "front", "shared_database", "simulated_bank", "simulated_billing"]


@pytest.fixture
async def site(front: Front, new_page: NewPage, http_servers: None) -> AsyncIterator[PagesSite]:
    """The pages over the real API, with an empty database and Temporal down."""
    async with open_site(front, new_page) as opened:
        yield opened
