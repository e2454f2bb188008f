"""Limits of a register's contract: queries a day and queries at once, over all processes.

The contract holds for the operator, not for one process, so both limits live in PostgreSQL: the
day's count is a row, a slot is a session lock that ends with its connection. The day is that of the
database's clock.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from domain.registry.query_limits import PATIENCE, Asker, QueryLimits, next_day
from domain.registry.register import REGISTER_BUSY, BudgetSpent, RegisterUnknown
from runtime.turns import TurnMissed, Turns
from storage import locks
from storage.database import Connection, Database
from storage.locks import Purpose

_LEAST = timedelta(milliseconds=1)
_DAY = "CAST(clock_timestamp() AT TIME ZONE :zone AS date)"

# One statement, so that the end returned is that of the day whose queries were counted.
_SPEND = text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at), spent AS (
    INSERT INTO register_budget AS b (register_name, day, used_by_people, used_by_sync)
    SELECT :register, CAST(at AT TIME ZONE :zone AS date), :people, :sync FROM moment
    WHERE :most > 0
    ON CONFLICT (register_name, day) DO UPDATE
    SET used_by_people = b.used_by_people + :people, used_by_sync = b.used_by_sync + :sync
    WHERE b.used_by_people + b.used_by_sync < :daily
        AND b.used_by_people * :people + b.used_by_sync * :sync < :most
    RETURNING day
)
SELECT at, EXISTS (SELECT FROM spent) AS is_spent FROM moment
""")
_USED = text(f"""
SELECT used_by_people, used_by_sync FROM register_budget
WHERE register_name = :register AND day = {_DAY}
""")


class RegisterBudget:
    """The limits of one register. ``zone`` says when its day begins.

    ``database``: a pool of its own, with ``at_once`` connections, for a query holds one as long as
    the register takes to answer. Whoever waits for a turn holds none, but for the first in turn,
    who waits for other processes.
    """

    def __init__(
        self,
        database: Database,
        register: str,
        limits: QueryLimits,
        *,
        at_once: int,
        zone: ZoneInfo,
        patience: Mapping[Asker, timedelta] = PATIENCE,
    ) -> None:
        self._database = database
        self._register = register
        self._limits = limits
        self._at_once = at_once
        self._zone = zone
        self._patience = patience
        self._turns = Turns(tuple(Asker), at_once)

    @contextmanager
    def acquire(self, asker: Asker) -> Iterator[None]:
        """Wait for a free slot and spend one query of the day; send the query inside the block.

        Raises BudgetSpent where this asker has none left today, RegisterUnknown
        ``register_busy`` where its turn does not come within ``patience``.
        """
        until = time.monotonic() + self._patience[asker].total_seconds()
        try:
            with (
                self._turns.turn(asker, self._patience[asker]),
                self._database.autocommit() as connection,
            ):
                slot = self._slot(connection, timedelta(seconds=until - time.monotonic()))
                try:
                    self._spend(connection, asker)
                    yield
                finally:
                    locks.release(connection, Purpose.REGISTER_QUERY, slot)
        except TurnMissed:
            raise _busy() from None

    def waiting(self) -> int:
        """Queries of this process that wait for their turn now."""
        return self._turns.waiting()

    def _slot(self, connection: Connection, patience: timedelta) -> str:
        for number in range(self._at_once):
            slot = f"{self._register}/{number}"
            if locks.try_session_lock(connection, Purpose.REGISTER_QUERY, slot):
                return slot
        return self._wait(connection, max(patience, _LEAST))

    def _wait(self, connection: Connection, patience: timedelta) -> str:
        # Waiting connections spread over the slots by their own numbers.
        number: int = connection.execute(
            text("SELECT pg_backend_pid() % :slots"), {"slots": self._at_once}
        ).scalar_one()
        slot = f"{self._register}/{number}"
        try:
            locks.session_lock(connection, Purpose.REGISTER_QUERY, slot, patience=patience)
        except OperationalError:
            raise _busy() from None
        return slot

    def _spend(self, connection: Connection, asker: Asker) -> None:
        parameters = {
            "register": self._register,
            "zone": self._zone.key,
            "people": int(asker is Asker.PEOPLE),
            "sync": int(asker is Asker.SYNC),
            "most": self._limits.most(asker),
            "daily": self._limits.daily,
        }
        at, is_spent = connection.execute(_SPEND, parameters).one()
        if not is_spent:
            raise BudgetSpent(next_day(at, self._zone))


def _busy() -> RegisterUnknown:
    return RegisterUnknown(REGISTER_BUSY, "no free slot in time")


def used_today(connection: Connection, register: str, zone: ZoneInfo) -> dict[Asker, int]:
    """Queries that all processes sent to this register today."""
    row = connection.execute(_USED, {"register": register, "zone": zone.key}).one_or_none()
    people, sync = (0, 0) if row is None else row
    return {Asker.PEOPLE: people, Asker.SYNC: sync}
