"""Following a retry in bulk: how far it is, what came of each row, and ending it."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import Row, text

from cli.console import (
    FAILED,
    Failure,
    err,
    print_facts,
    print_json,
    print_table,
    say,
)
from cli.ops.next_steps import short
from cli.ops.options import begins, the_one
from cli.registry.lookup import columns
from storage.database import Connection, Database
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retries import KIND, RowResult
from storage.requests import operations

_EVERY = 0.3
_PATIENCE = 30
_PAGE = 1000
_ENDED = frozenset({"succeeded", "failed", "cancelled"})
_SHOWN = ("id", "state", "progress", "result", "error", "asked", "created_at", "updated_at")
_OPERATION = text(operations.READ)


def find(connection: Connection, id_: str) -> Row[Any]:
    """The retry in bulk of this id, or whose id begins so. Failure if not one."""
    ids = begins(connection, "operation", id_, f"kind = '{KIND}'")
    if not ids:
        raise Failure(f"There is no retry in bulk `{id_}`: its id was told when it was started.")
    return connection.execute(_OPERATION, {"id": the_one(id_, ids)}).one()


def shape(row: Row[Any]) -> dict[str, Any]:
    """A retry in bulk as JSON has it."""
    told = columns(row)
    return {name: told[name] for name in _SHOWN}


def how_to_follow(id_: UUID) -> str:
    """What to type."""
    name = short(id_)
    return (
        f"Follow it: `volitus ops retries {name}`. "
        f"End it: `volitus ops retries {name} --cancel --reason '…'`"
    )


def follow(database: Database, id_: UUID, *, as_json: bool) -> None:
    """A bar on the terminal until it has ended, then what came of it. Exit code 1: cancelled.

    Ctrl-C stops the following, not the retry.
    """
    say(f"Operation {short(id_)}: Ctrl-C stops the following, not the retry.")
    try:
        row = _ended(database, id_)
    except KeyboardInterrupt:
        say(f"It goes on. {how_to_follow(id_)}")
        raise typer.Exit(FAILED) from None
    show(row, as_json=as_json)
    if row.state != "succeeded":
        raise typer.Exit(FAILED)


def _ended(database: Database, id_: UUID) -> Row[Any]:
    columns_ = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = err()
    with Progress(*columns_, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Retried", total=None)
        for row in _looks(database, id_):
            told = row.progress
            progress.update(task, completed=told["done"], total=told["total"])
            if row.state in _ENDED:
                return row
    raise AssertionError  # looking goes on until it has ended


def _looks(database: Database, id_: UUID) -> Iterator[Row[Any]]:
    """The operation, now and again; says so once where nothing happens."""
    done, moved, warned = -1, time.monotonic(), False
    while True:
        with database.reading() as connection:
            row = connection.execute(_OPERATION, {"id": id_}).one()
        yield row
        if row.progress["done"] != done:
            done, moved = row.progress["done"], time.monotonic()
        elif not warned and time.monotonic() > moved + _PATIENCE:
            warned = True
            say(f"Nothing happened for {_PATIENCE} s: is `volitus worker` running?")
        time.sleep(_EVERY)


def show(row: Row[Any], *, as_json: bool) -> None:
    """How far it is, or what came of it."""
    if as_json:
        print_json(shape(row))
    else:
        done = f"{row.progress['done']} of {row.progress['total']}"
        facts = {"id": row.id, "state": row.state, "done": done, **(row.result or {})}
        told = row.asked
        print_facts(facts | {"asked by": told["by"]["id"], "why": told["reason"]})
    if row.state not in _ENDED:
        say(how_to_follow(row.id))
    elif (row.result or {}).get(RowResult.IN_DOUBT):
        say("Those in doubt were left alone: `volitus ops stuck --kind doubt`")


def print_rows(connection: Connection, id_: UUID, *, as_json: bool) -> None:
    """Every row of it and what became of it; empty: not reached."""
    rows: list[Row[Any]] = []
    while page := bulk_retry_queries.rows(
        connection, id_, after=rows[-1].place if rows else None, limit=_PAGE
    ):
        rows += page
    if as_json:
        print_json([columns(row) for row in rows])
    else:
        lines = ((row.place, short(row.stuck_id), row.result, row.at) for row in rows)
        print_table(("place", "id", "result", "at"), lines)
