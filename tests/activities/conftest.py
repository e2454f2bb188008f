from tests.stepping import hands
from tests.storage.conftest import database, shared_database

__all__ = ["database", "hands", "shared_database"]
