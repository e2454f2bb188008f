"""``volitus migrate``."""

from cli.connections import database_answers, database_settings
from cli.console import Failure, say
from storage import migrate
from storage.privileges import PrivilegesError


def main() -> None:
    """Upgrade the database to this version's schema, and grant the application what it needs."""
    settings = database_settings()
    with database_answers():
        try:
            migrate.upgrade(settings.database.dsn())
        except PrivilegesError as error:
            raise Failure(f"The database is not migrated: {error}.") from None
    say("The database is up to date.")
