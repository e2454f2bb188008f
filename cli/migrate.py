"""``volitus migrate``."""

from cli.connections import database_answers, database_settings
from cli.console import say
from storage import migrate


def main() -> None:
    """Upgrade the database to this version's schema."""
    settings = database_settings()
    with database_answers():
        migrate.upgrade(settings.database.dsn())
    say("The database is up to date.")
