"""PostgreSQL statements of a piece of work: their number and duration."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from storage.database import Database


@dataclass
class Asked:
    """Statements so far; commits are counted separately."""

    statements: int = 0
    commits: int = 0
    milliseconds: float = 0
    """Time in statements and commits, as the caller waits for them."""


@contextmanager
def counted(database: Database) -> Iterator[Asked]:
    """Count the statements of one thread at a time while the block runs."""
    asked, begun, engine = Asked(), [0.0], database.engine
    commit = engine.dialect.do_commit

    def before(*_: Any) -> None:
        begun[0] = time.perf_counter()

    def after(*_: Any) -> None:
        asked.statements += 1
        asked.milliseconds += 1000 * (time.perf_counter() - begun[0])

    def do_commit(connection: Any) -> None:
        asked.commits += 1
        begun[0] = time.perf_counter()
        commit(connection)
        asked.milliseconds += 1000 * (time.perf_counter() - begun[0])

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    engine.dialect.do_commit = do_commit  # type: ignore[method-assign,assignment]
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
