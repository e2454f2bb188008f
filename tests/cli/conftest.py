from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.clients.cli_runner import Volitus
from tests.fixtures.ports import free_port


@pytest.fixture
def volitus(database_url: str) -> Volitus:
    """The program, with a migrated, empty database of this test's own."""
    return Volitus(database_url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def nowhere(http_servers: None) -> Volitus:  # of who signs staff in
    """The program where no database is."""
    return Volitus(f"postgresql://volitus:a-password@127.0.0.1:{free_port()}/volitus")
