"""Fixtures: one whole engine for a test, on the session's servers and a register of its own.

The worker runs in the test's process, built by the composition root ``worker``; everything it
speaks to is real: PostgreSQL, Temporal, and the register simulator over HTTP.
"""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from temporalio.client import Client

import hands
import worker
from settings import Settings
from simulators.register.app import FILE_PATH
from storage.database import Database
from tests import keys
from tests.engine import Engine
from tests.simulators import register_client
from workflows.caretaker import Caretaker
from workflows.connection import connect

COMPANIES = 60


def environment(
    database_url: str, temporal_address: str, register_url: str, folder: Path
) -> dict[str, str]:
    """The settings of a process on these servers, with a task queue of its own."""
    issuer = {"issuer": "http://127.0.0.1:1", "audience": "volitus", "kind": "person"}
    return {
        "VOLITUS_DATABASE_URL": database_url,
        "VOLITUS_TEMPORAL_ADDRESS": temporal_address,
        "VOLITUS_TASK_QUEUE": str(uuid4()),
        "VOLITUS_ISSUERS": json.dumps([issuer | {"allowed_clients": ["portal"]}]),
        "VOLITUS_REGISTER_OPEN_DATA_URL": register_url + FILE_PATH,
        "VOLITUS_REGISTER_SOAP_URL": f"{register_url}/",
        "VOLITUS_REGISTER_USER": register_client.CREDENTIALS["ariregister_kasutajanimi"],
        "VOLITUS_REGISTER_PASSWORD": register_client.PASSWORD.get_secret_value(),
        "VOLITUS_DATA_DIR": str(folder),
        **keys.ENVIRONMENT,
    }


Activity = Callable[..., Any]


@asynccontextmanager
async def working(
    settings: Settings, client: Client, change: Callable[[Activity], Activity] = lambda each: each
) -> AsyncIterator[None]:
    """A worker with a pool of connections of its own, as a process would have.

    ``change`` is made to every activity.
    """
    database = Database(settings.database_url.get_secret_value())
    try:
        with hands.activities(settings, database) as work:
            changed = {queue: [change(each) for each in todo] for queue, todo in work.items()}
            caretaker = Caretaker(database, client, settings.task_queue, settings.step_rules())
            async with worker.workers(client, settings, changed), caretaker.taking_care():
                yield
    finally:
        database.close()


@contextmanager
def connected(url: str) -> Iterator[Database]:
    """The test's own door to the database."""
    database = Database(url, pool_size=4)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
async def temporal(temporal_address: str) -> Client:
    """The session's Temporal server, as every process speaks to it."""
    return await connect(temporal_address, namespace="default", cipher=keys.cipher())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[register_client.Client]:
    """A register of this test's own."""
    with register_client.running(tmp_path / "register", COMPANIES) as client:
        yield client


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "settings(VOLITUS_X=...): settings of this test's engine")


@pytest.fixture
def changes(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the mark ``settings`` changes of this test's settings."""
    mark = request.node.get_closest_marker("settings")
    return dict(mark.kwargs) if mark else {}


@pytest.fixture
def variables(
    changes: dict[str, str],
    database_url: str,
    temporal_address: str,
    register: register_client.Client,
    tmp_path: Path,
) -> dict[str, str]:
    """The environment of this test's processes; the mark ``settings`` changes it."""
    url = str(register.http.base_url).rstrip("/")
    usual = environment(database_url, temporal_address, url, tmp_path / "data")
    return usual | changes


@pytest.fixture
def settings(variables: dict[str, str]) -> Settings:
    """The same as a process reads it."""
    with patch.dict(os.environ, variables):
        return Settings.from_environment()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of this test's own."""
    with connected(database_url) as database:
        yield database


@pytest.fixture
async def idle_engine(
    settings: Settings, temporal: Client, register: register_client.Client
) -> AsyncIterator[Engine]:
    """An engine without a worker."""
    with connected(settings.database_url.get_secret_value()) as database:
        yield Engine(settings, database, temporal, register)


@pytest.fixture
async def engine(idle_engine: Engine) -> AsyncIterator[Engine]:
    """An engine that works."""
    async with working(idle_engine.settings, idle_engine.client):
        yield idle_engine
