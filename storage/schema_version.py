"""Schema version of a database, beside the one that this release needs.

Every process and command asks; plain SQL and file names answer without loading Alembic.
"""

from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

from storage.database_role import APPLICATION

_READABLE = text("""
SELECT to_regclass('alembic_version') IS NOT NULL AS exists,
       COALESCE(has_table_privilege(to_regclass('alembic_version'), 'SELECT'), false) AS readable
""")
_APPLIED = text("SELECT version_num FROM alembic_version")


@cache
def newest() -> str:
    """Revision of the newest migration. File names begin with it: ``0001_initial.py``."""
    folder = files("storage") / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in folder.iterdir() if file.name[0].isdigit())


def is_current(connection: Connection) -> bool:
    """Return whether this database has exactly the migrations that this release knows."""
    return problem(connection) is None


def problem(connection: Connection) -> str | None:
    """What keeps this release from working with the database, and what to do; None: nothing."""
    version = connection.execute(_READABLE).one()
    if version.exists and not version.readable:
        return f"this user may not read the tables: grant {APPLICATION} to it"
    if not version.exists or connection.execute(_APPLIED).scalars().all() != [newest()]:
        return "run `volitus migrate`"
    return None
