"""Changes that are committed in the middle of a read, between two of its statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from storage.database import Database


@contextmanager
def meanwhile(
    database: Database, words: str, change: Callable[[], object], *, nth: int = 1
) -> Iterator[None]:
    """Commit a change once, on a connection of its own, right after a read of these words.

    ``nth``: after which of the statements that contain them. Fails if there is none.
    """
    reads = 0

    def after(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal reads
        reads += words in statement
        if words in statement and reads == nth:
            change()

    event.listen(database.engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", after)
    assert reads >= nth, f"nothing read {words} so often"
