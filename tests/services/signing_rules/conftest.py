from tests.fixtures.databases import database, shared_database

__all__ = ["database", "shared_database"]
