"""Engine of the use cases: the database, Temporal, and the task queue of the workflows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from temporalio.client import Client

from runtime.checks import Check
from runtime.temporal_client import temporal_check
from runtime.threads import on_thread
from storage.database import Connection, Database, Session, unless_deadlocked
from storage.health import database_check, migrations_check

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts that use cases work on. One per process; its parts stay their owner's to close."""

    database: Database
    temporal: Client
    """May connect on first use: only what starts or signals a workflow needs Temporal."""
    task_queue: str

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one transaction on a thread: all of it is committed, or nothing.

        It may run more than once: where PostgreSQL rolled it back to end a deadlock.
        """

        def carry_out() -> T:
            with self.database.transaction() as session:
                return work(session)

        return await on_thread(lambda: unless_deadlocked(carry_out))

    async def try_out(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a transaction on a thread, and roll it back: nothing is changed."""

        def carry_out() -> T:
            with self.database.trial() as session:
                return work(session)

        return await on_thread(lambda: unless_deadlocked(carry_out))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which changes nothing, on a thread. All its statements see one moment."""

        def carry_out() -> T:
            with self.database.reading() as connection:
                return work(connection)

        return await on_thread(carry_out)

    def checks(self) -> dict[str, Check]:
        """Readiness checks of the systems that this engine needs."""
        return {
            "database": database_check(self.database),
            "migrations": migrations_check(self.database),
            "temporal": temporal_check(self.temporal),
        }
