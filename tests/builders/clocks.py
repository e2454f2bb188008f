"""The database's clock, moved."""

from storage.database import Database
from tests.builders.rows import as_its_owner


def shift_clock(database: Database, offset: str) -> None:
    """Let the clock of this database differ from the clock of every process."""
    name = database.engine.url.database
    as_its_owner(
        database,
        "CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE"
        f" AS $$ SELECT pg_catalog.clock_timestamp() + interval '{offset}' $$",
        f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog',
    )
    database.engine.dispose()
