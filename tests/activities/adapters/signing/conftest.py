"""The trust-service simulator, one for the module, as at its start for each test."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.clients.trust_client import Client, running


@pytest.fixture(scope="module")
def simulator(http_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("trust")) as client:
        yield client


@pytest.fixture
def trust(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
