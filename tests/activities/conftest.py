from tests.builders.step_runner import hands
from tests.fixtures.databases import database, shared_database

__all__ = ["database", "hands", "shared_database"]
