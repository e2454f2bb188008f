from tests.fixtures.databases import database, shared_database, shared_superuser

__all__ = ["database", "shared_database", "shared_superuser"]
