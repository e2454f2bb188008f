"""The statements of a use case, captured in a trial, to be executed again and nothing besides."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import event

from services.engine import Engine
from storage.database import Database, Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver got it, with its parameters."""

    sql: str
    parameters: Any


class _Trial(Engine):
    """An engine that rolls back whatever its use cases write."""

    async def write(self, work: Callable[[Session], T]) -> T:
        return await self.try_out(work)


async def captured(
    engine: Engine, use_case: Callable[[Engine], Awaitable[None]]
) -> list[Statement]:
    """Return the statements that a use case executes now; rolled back. One at a time."""
    found: list[Statement] = []

    def before(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        found.append(Statement(sql, parameters))

    event.listen(engine.database.engine, "before_cursor_execute", before)
    try:
        await use_case(_Trial(engine.database, engine.temporal, engine.task_queue))
    finally:
        event.remove(engine.database.engine, "before_cursor_execute", before)
    return found


def execute(database: Database, statements: Sequence[Statement]) -> None:
    """Execute the statements in one transaction, and read what each returns."""
    with database.engine.begin() as connection:
        for each in statements:
            result = connection.exec_driver_sql(each.sql, each.parameters)
            if result.returns_rows:
                result.all()
