"""Finding the run that a person means, and what its preview needs to be read by one."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from cli.console import Failure
from storage.database import Connection
from storage.registry import sync_run_queries

Run = Mapping[str, Any]
"""Every column of a run."""

_BEGINNING_WITH = text("SELECT id FROM sync_run WHERE CAST(id AS text) LIKE :prefix LIMIT 2")


def find(connection: Connection, run: str) -> Run:
    """The run of this id, the one whose id begins so, or the ``latest``. Failure if not one."""
    if run == "latest":
        newest = sync_run_queries.runs(connection, source=None, state=None, before=None, limit=1)
        ids = [row.id for row in newest]
    elif re.fullmatch("[0-9a-f-]+", run.lower()):
        prefix = {"prefix": f"{run.lower()}%"}
        ids = list(connection.execute(_BEGINNING_WITH, prefix).scalars())
    else:
        ids = []
    if len(ids) > 1:
        raise Failure(f"Several runs begin with {run}: give more of the id.")
    found = sync_run_queries.run(connection, ids[0]) if ids else None
    if found is None:
        raise Failure(f"There is no run `{run}`: `volitus sync list` shows those there are.")
    return columns(found)


def columns(row: Row[Any]) -> Run:
    """A row as JSON has it."""
    return dict(row._mapping)  # noqa: SLF001 - the public name, says SQLAlchemy's documentation


def by_subject(connection: Connection, source: str, subject: str) -> Run | None:
    """The run of this source about this subject; None before it has begun."""
    row = connection.execute(
        text("SELECT * FROM sync_run WHERE source = :source AND subject = :subject"),
        {"source": source, "subject": subject},
    ).one_or_none()
    return columns(row) if row else None


def references(connection: Connection, accounts: set[UUID]) -> dict[str, str]:
    """The reference of each account, by its id as text."""
    rows = connection.execute(
        text("SELECT id, reference FROM account WHERE id = ANY(:ids)"), {"ids": list(accounts)}
    )
    return {str(row.id): row.reference for row in rows}
