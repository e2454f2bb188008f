"""Limits of a register's contract: queries a day and queries at once, over all processes.

The contract holds for the operator, not for one process, so both limits live in PostgreSQL: the
day's count is a row, a slot is a session lock that ends with its connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from domain.registry.register import BudgetSpent, RegisterUnknown
from storage import locks
from storage.database import Connection, Database
from storage.locks import Purpose

_PATIENCE = timedelta(minutes=1)

_SPEND = text("""
INSERT INTO register_budget AS b (register_name, day, used) VALUES (:register, :day, 1)
ON CONFLICT (register_name, day) DO UPDATE SET used = b.used + 1 WHERE b.used < :limit
RETURNING used
""")


class RegisterBudget:
    """The limits of one register. ``zone`` says when its day begins."""

    def __init__(
        self, database: Database, register: str, *, daily: int, at_once: int, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._register = register
        self._daily = daily
        self._at_once = at_once
        self._zone = zone

    @contextmanager
    def acquire(self, *, reserve: int = 0) -> Iterator[None]:
        """Wait for a free slot and spend one query of the day; send the query inside the block.

        ``reserve``: leave this many of the day's queries to others. Raises BudgetSpent when
        there is none left, RegisterUnknown("register_busy") after a minute of waiting.
        """
        with self._database.reading() as connection:
            slot = self._slot(connection)
            try:
                self._spend(connection, reserve)
                yield
            finally:
                locks.release(connection, Purpose.REGISTER_QUERY, slot)

    def _slot(self, connection: Connection) -> str:
        for number in range(self._at_once):
            slot = f"{self._register}/{number}"
            if locks.try_session_lock(connection, Purpose.REGISTER_QUERY, slot):
                return slot
        return self._wait(connection)

    def _wait(self, connection: Connection) -> str:
        # Waiting connections spread over the slots by their own numbers.
        number: int = connection.execute(
            text("SELECT pg_backend_pid() % :slots"), {"slots": self._at_once}
        ).scalar_one()
        slot = f"{self._register}/{number}"
        try:
            locks.session_lock(connection, Purpose.REGISTER_QUERY, slot, patience=_PATIENCE)
        except OperationalError:
            raise RegisterUnknown("register_busy", "no free slot within a minute") from None
        return slot

    def _spend(self, connection: Connection, reserve: int) -> None:
        limit = self._daily - reserve
        now = datetime.now(self._zone)
        parameters = {"register": self._register, "day": now.date(), "limit": limit}
        spent = limit <= 0 or connection.execute(_SPEND, parameters).scalar_one_or_none() is None
        if spent:
            tomorrow = now.date() + timedelta(days=1)
            raise BudgetSpent(datetime.combine(tomorrow, time(), self._zone))
