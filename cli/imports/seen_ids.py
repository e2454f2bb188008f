"""Ids that earlier lines of a file had. The database remembers them, so that memory need not."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection

_MEET = text("""
WITH met AS (
    INSERT INTO met_id (id, line)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:lines AS bigint[])) ORDER BY 2
    ON CONFLICT DO NOTHING RETURNING line
)
SELECT line FROM met
""")


class MetIds:
    """Lives as long as the connection is lent to it; nobody else sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        self._connection.execute(
            text("CREATE TEMP TABLE met_id (id uuid PRIMARY KEY, line bigint)")
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.execute(text("DROP TABLE met_id"))

    def again(self, ids: Mapping[int, UUID]) -> dict[int, int]:
        """Of these lines, those whose id was met before, with the line where it was met first."""
        lines = {"ids": list(ids.values()), "lines": list(ids)}
        new = set(self._connection.execute(_MEET, lines).scalars())
        again = {number: id_ for number, id_ in ids.items() if number not in new}
        if not again:
            return {}
        first = self._connection.execute(
            text("SELECT id, line FROM met_id WHERE id = ANY(:ids)"), {"ids": [*again.values()]}
        )
        line_of = {row.id: row.line for row in first}
        return {number: line_of[id_] for number, id_ in again.items()}
