from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.tables import metadata
from tests.servers import Databases
from tests.stepping import hands
from tests.storage.telling import behind_its_back

__all__ = ["database", "hands", "shared_database"]


@pytest.fixture(scope="session")
def shared_database(databases: Databases) -> Iterator[Database]:
    with databases.fresh() as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def database(shared_database: Database) -> Database:
    """A migrated, empty database.

    Emptied instead of made anew: these tests are many, and a copy costs more than most of them.
    History refuses to be deleted, so that happens behind its back.
    """
    tables = reversed(metadata.sorted_tables)
    behind_its_back(shared_database, *(f"DELETE FROM {table.name}" for table in tables))
    return shared_database
