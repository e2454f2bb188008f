"""Readiness checks of the database: it answers, and it is migrated."""

from sqlalchemy.exc import SQLAlchemyError

from runtime.checks import Check
from runtime.threads import on_thread
from storage import schema_version
from storage.database import Database


def database_check(database: Database) -> Check:
    """Readiness check: the database answers."""

    def ask() -> str | None:
        try:
            with database.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            return "the database does not answer"
        return None

    return lambda: on_thread(ask)


def migrations_check(database: Database) -> Check:
    """Readiness check: the database has the schema that this release needs."""

    def ask() -> str | None:
        try:
            with database.reading() as connection:
                return schema_version.problem(connection)
        except SQLAlchemyError:
            return "the database does not answer"

    return lambda: on_thread(ask)
