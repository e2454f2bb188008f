"""One reading of an import file, as the database remembers it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from storage.database import Database

_SEE = text("""
WITH seen AS (
    INSERT INTO seen_id (id, line)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:lines AS bigint[])) ORDER BY 2
    ON CONFLICT DO NOTHING RETURNING line
)
SELECT line FROM seen
""")


class ImportReading:
    """The ids that the lines of one file had so far. In the database, for files may be large."""

    def __init__(self, connection: Connection, began_at: datetime) -> None:
        self._connection = connection
        self.began_at = began_at

    def duplicates(self, ids: Mapping[int, UUID]) -> dict[int, int]:
        """Return those of these lines whose id an earlier line had, each with that line."""
        lines = {"ids": list(ids.values()), "lines": list(ids)}
        new = set(self._connection.execute(_SEE, lines).scalars())
        again = {number: id_ for number, id_ in ids.items() if number not in new}
        if not again:
            return {}
        first = self._connection.execute(
            text("SELECT id, line FROM seen_id WHERE id = ANY(:ids)"), {"ids": [*again.values()]}
        )
        line_of = {row.id: row.line for row in first}
        return {number: line_of[id_] for number, id_ in again.items()}


@contextmanager
def reading(database: Database) -> Iterator[ImportReading]:
    """Keep the ids in a temporary table of one connection, which nobody else sees."""
    with database.reading() as connection:
        began_at = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        connection.execute(text("CREATE TEMP TABLE seen_id (id uuid PRIMARY KEY, line bigint)"))
        try:
            yield ImportReading(connection, began_at)
        finally:
            connection.execute(text("DROP TABLE seen_id"))
