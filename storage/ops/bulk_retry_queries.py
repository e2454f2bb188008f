"""Reading retries in bulk: what one would do, and what became of each row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from storage.ops.bulk_retries import KIND, WOULD, RowResult
from storage.ops.stuck_queries import Filter


def preview(connection: Connection, which: Filter) -> Sequence[Row[Any]]:
    """What a retry would do now, by target and reason; the most rows first. Changes nothing."""
    where, asked = which.conditions()
    counted = ", ".join(
        f"count(*) FILTER (WHERE would = '{result}') AS {name}"
        for name, result in (
            ("would_retry", RowResult.RETRIED),
            ("in_doubt", RowResult.IN_DOUBT),
            ("refused", RowResult.REFUSED),
        )
    )
    statement = (
        f"SELECT target, code, count(*) AS rows, {counted}, min(since) AS oldest"
        f" FROM (SELECT *, {WOULD} AS would FROM stuck WHERE {where}) AS k"
        " GROUP BY target, code ORDER BY count(*) DESC, min(since), target, code"
    )
    return connection.execute(text(statement), asked).all()


def rows(
    connection: Connection, operation_id: UUID, *, after: int | None, limit: int
) -> Sequence[Row[Any]] | None:
    """Up to ``limit`` rows that come after place ``after``. None: there is no such retry."""
    known = connection.execute(
        text("SELECT FROM operation WHERE id = :id AND kind = :kind"),
        {"id": operation_id, "kind": KIND},
    ).one_or_none()
    if known is None:
        return None
    return connection.execute(
        text(
            "SELECT * FROM bulk_retry WHERE operation_id = :id AND place > :after"
            " ORDER BY place LIMIT :limit"
        ),
        {"id": operation_id, "after": after or 0, "limit": limit},
    ).all()
