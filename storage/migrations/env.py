"""Alembic's entry: compares and migrates a database with the tables of storage.schema."""

from alembic import context
from sqlalchemy import URL, Connection, create_engine, pool

from settings.commands import DatabaseCommandSettings
from storage.database import driven
from storage.schema import metadata, web


def run(connection: Connection) -> None:
    """Migrate over this connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=[metadata, web.pages],
        include_schemas=True,
        include_name=_is_ours,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether to compare it: the default schema, which has no name, and the pages' own."""
    return kind != "schema" or name in {None, web.SCHEMA}


def address() -> URL:
    """The database that storage.migrate names, or the settings where ``alembic`` itself is run."""
    given = context.config.attributes.get("url")
    return driven(given or DatabaseCommandSettings.for_process().database.dsn())


engine = create_engine(address(), poolclass=pool.NullPool)
with engine.connect() as opened:
    run(opened)
