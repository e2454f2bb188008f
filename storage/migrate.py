"""Upgrade a database to the newest schema. Safe to repeat."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, pool

from storage import locks, privileges
from storage.database import driven
from storage.locks import Purpose


def config(url: str) -> Config:
    """Alembic's configuration for this database, with no file and no environment."""
    made = Config()
    made.set_main_option("script_location", str(files("storage") / "migrations"))
    made.attributes["url"] = driven(url) if url else ""
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every migration that is missing, and grant the application what it may do.

    Concurrent calls wait; repeating changes nothing. Raises PrivilegesError where this user is not
    the owner, or the application's role is not as it must be.
    """
    engine = create_engine(driven(url), poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        privileges.check_roles(connection)
        # Two migrate jobs that start together wait for each other here.
        locks.session_lock(connection, Purpose.MIGRATION)
        command.upgrade(config(url), revision)
        privileges.grant(connection)
        connection.commit()
    engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Undo migrations down to ``revision``. For tests and emergencies: it drops data."""
    command.downgrade(config(url), revision)
