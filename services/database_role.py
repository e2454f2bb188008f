"""Look at the role that a process has in the database, when the process starts."""

import structlog

from runtime.threads import on_thread
from storage import database_role
from storage.database import LOST, Database

log = structlog.get_logger(__name__)


async def warn_of_power(database: Database) -> None:
    """Log a warning where this process could rewrite the history, because of its database role.

    The process works all the same. Nothing is logged while the database does not answer: that is
    what readiness is for.
    """

    def ask() -> tuple[str, list[str]]:
        with database.reading() as connection:
            return database_role.excess(connection)

    try:
        role, powers = await on_thread(ask)
    except LOST:
        return
    if powers:
        log.warning("database_role_too_powerful", role=role, may=powers)
