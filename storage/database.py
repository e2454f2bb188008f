"""The one door to PostgreSQL: an engine per process, a transaction per piece of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from settings.database import DatabaseSettings

__all__ = [
    "LOST",
    "NOT_STORABLE",
    "UNAVAILABLE",
    "Connection",
    "Database",
    "DatabaseError",
    "Session",
    "driven",
    "now",
    "open_pool",
    "unless_deadlocked",
]

UNAVAILABLE = (OperationalError, PoolTimeout)
"""Raised where the database does not answer, or has no connection to spare."""

LOST = (*UNAVAILABLE, InterfaceError, InternalError)
"""The same, and what is raised where a connection breaks in the middle of a transaction."""
NOT_STORABLE = (DataError, IntegrityError)
"""Raised where a value cannot be stored: of the wrong form, or against a constraint."""


T = TypeVar("T")
_GAVE_WAY = {"40P01", "55P03"}
"""SQLSTATE of a deadlock, and of a lock that was not had in time."""
_REPETITIONS = 3
_HAS_READ = "has_read"


def driven(url: str | URL) -> URL:
    """The address with psycopg 3 as its driver, whatever driver it names."""
    return make_url(url).set(drivername="postgresql+psycopg")


def now(connection: Connection) -> datetime:
    """The database's clock, which ages are measured by."""
    at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return at


def unless_deadlocked(work: Callable[[], T]) -> T:
    """Run ``work``, a transaction of its own; again where PostgreSQL ended it to end a deadlock.

    And where it gave way: it had set a ``lock_timeout``, which ran out.
    """
    for _ in range(_REPETITIONS):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _GAVE_WAY:
                raise
    return work()


class Database:
    """A pool of connections. Thread-safe; closed by ``close``.

    It keeps ``pool_size`` of them open, and opens up to ``most`` under load: None is twice as many.
    """

    def __init__(
        self, url: str, *, pool_size: int = 10, most: int | None = None, name: str = "volitus"
    ) -> None:
        self.connections = 2 * pool_size if most is None else max(most, pool_size)
        """The most connections that are open at once."""
        self.engine: Engine = create_engine(
            driven(url),
            pool_size=pool_size,
            max_overflow=self.connections - pool_size,
            pool_pre_ping=True,
            hide_parameters=True,  # personal codes are among them, and errors get logged
            connect_args={"application_name": name, "connect_timeout": 5},
        )
        event.listen(self.engine.pool, "checkout", _as_the_server_says)
        self._reading = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._single = self._autocommit.execution_options()
        event.listen(self._single, "before_cursor_execute", _refuse_a_second)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing: commits at the end, rolls back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """For trying out what a change would do: always rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def own_connection(self) -> Iterator[Session]:
        """For transactions that share temporary tables: one connection, closed at the end."""
        with self.engine.connect() as connection:
            connection.detach()
            with Session(connection, expire_on_commit=False) as session:
                yield session

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For reading: every statement sees the same moment, that of the first one.

        So the parts of an answer agree, whatever is committed meanwhile. Cannot write.
        """
        with self._reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def single_read(self) -> Iterator[Connection]:
        """For one statement that is run so often that a transaction around it would cost.

        Raises RuntimeError at a second statement, which would see another moment.
        """
        with self._single.connect() as connection:
            connection.info[_HAS_READ] = False
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """For session locks and what happens under them: each statement is a transaction."""
        with self._autocommit.connect() as connection:
            yield connection

    def clock(self) -> datetime:
        """The database's clock now, for moments that rows are compared by."""
        with self.single_read() as connection:
            return now(connection)

    def close(self) -> None:
        """Close every connection; one that a thread still uses, as soon as it is given back."""
        event.listen(self.engine.pool, "checkin", _close)
        self.engine.dispose()


def _as_the_server_says(driver: psycopg.Connection[Any], *_pooled: object) -> None:
    # After a read-only use SQLAlchemy asks for "read write", which a standby answers with another
    # error than it has for a write.
    if driver.read_only is False:
        driver.read_only = None


def _refuse_a_second(connection: Connection, *_statement: object) -> None:
    if connection.info[_HAS_READ]:
        raise RuntimeError("a second statement of a single read: use reading()")
    connection.info[_HAS_READ] = True


def _close(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.close()


@contextmanager
def open_pool(
    settings: DatabaseSettings, name: str, *, pool_size: int = 2, most: int | None = None
) -> Iterator[Database]:
    """The database of these settings. ``name`` is what PostgreSQL calls this process."""
    database = Database(settings.dsn(), pool_size=pool_size, most=most, name=name)
    try:
        yield database
    finally:
        database.close()
