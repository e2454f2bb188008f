"""Services that are there, and have their numbers, for longer than a test lasts."""

from storage.database import Database
from tests.builders.rows import carry_out


def had_for_a_year(database: Database) -> None:
    """Let every service have its number for a year."""
    carry_out(
        database,
        "UPDATE service SET created_at = now() - interval '1 year', number_since = NULL",
    )
