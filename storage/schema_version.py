"""Schema version of a database, beside the one that this release needs.

Every process and command asks; plain SQL and file names answer without loading Alembic.
"""

from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

_EXISTS = text("SELECT to_regclass('alembic_version') IS NOT NULL")
_APPLIED = text("SELECT version_num FROM alembic_version")


@cache
def newest() -> str:
    """Revision of the newest migration. File names begin with it: ``0001_initial.py``."""
    folder = files("storage") / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in folder.iterdir() if file.name[0].isdigit())


def is_current(connection: Connection) -> bool:
    """Return whether this database has exactly the migrations that this release knows."""
    if not connection.execute(_EXISTS).scalar_one():
        return False
    return connection.execute(_APPLIED).scalars().all() == [newest()]
