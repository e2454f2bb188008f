"""Asking a register politely: so many questions a day, so many at once, over all processes.

The contract with a register holds for the operator, not for one process, so both limits live in
PostgreSQL: the day's count is a row, a turn is an advisory lock that dies with its connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from domain.registry.register import BudgetSpent, RegisterUnknown
from storage.database import Database

_PATIENCE = "60s"

_SPEND = text("""
INSERT INTO register_budget AS b (source, day, used) VALUES (:source, :day, 1)
ON CONFLICT (source, day) DO UPDATE SET used = b.used + 1 WHERE b.used < :limit
RETURNING used
""")


class RegisterBudget:
    """The limits of one register. ``zone`` says when its day begins."""

    def __init__(
        self, database: Database, source: str, *, daily: int, at_once: int, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._source = source
        self._daily = daily
        self._at_once = at_once
        self._zone = zone

    @contextmanager
    def turn(self, *, reserve: int = 0) -> Iterator[None]:
        """Wait for a turn and spend one question; ask inside the block.

        ``reserve``: leave this many of the day's questions to others. Raises BudgetSpent when
        there is none left, RegisterUnknown("register_busy") after a minute in the queue.
        """
        with self._database.reading() as connection:
            number = self._wait(connection)
            try:
                self._spend(connection, reserve)
                yield
            finally:
                connection.execute(
                    text("SELECT pg_advisory_unlock(hashtext(:source), :number)"),
                    {"source": self._source, "number": number},
                )

    def _wait(self, connection: Connection) -> int:
        for number in range(self._at_once):
            free = connection.execute(
                text("SELECT pg_try_advisory_lock(hashtext(:source), :number)"),
                {"source": self._source, "number": number},
            )
            if free.scalar_one():
                return number
        return self._queue(connection)

    def _queue(self, connection: Connection) -> int:
        # Everyone who waits stands in one of the queues by chance of the connection's own number.
        number: int = connection.execute(
            text("SELECT pg_backend_pid() % :turns"), {"turns": self._at_once}
        ).scalar_one()
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE}'"))
        try:
            connection.execute(
                text("SELECT pg_advisory_lock(hashtext(:source), :number)"),
                {"source": self._source, "number": number},
            )
        except OperationalError:
            raise RegisterUnknown("register_busy", "no turn within a minute") from None
        finally:
            connection.execute(text("RESET lock_timeout"))
        return number

    def _spend(self, connection: Connection, reserve: int) -> None:
        limit = self._daily - reserve
        now = datetime.now(self._zone)
        said = {"source": self._source, "day": now.date(), "limit": limit}
        spent = limit <= 0 or connection.execute(_SPEND, said).scalar_one_or_none() is None
        if spent:
            tomorrow = now.date() + timedelta(days=1)
            raise BudgetSpent(datetime.combine(tomorrow, time(), self._zone))
