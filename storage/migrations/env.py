"""Alembic's entry: the tables of storage.tables against the database it is told of."""

import os

from alembic import context
from sqlalchemy import URL, Connection, create_engine, pool

from storage.database import driven
from storage.schema import metadata


def run(connection: Connection) -> None:
    """Migrate over this connection, in one transaction."""
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def address() -> URL:
    """Given by storage.migrate, or by the environment when alembic itself is called."""
    given = context.config.attributes.get("url") or os.environ.get("VOLITUS_DATABASE_URL")
    if not given:
        raise SystemExit("set VOLITUS_DATABASE_URL to the database that alembic should look at")
    return driven(given)


engine = create_engine(address(), poolclass=pool.NullPool)
with engine.connect() as opened:
    run(opened)
