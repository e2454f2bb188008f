"""Following a bulk retry: progress, result, and the result for each item."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, current_thread, main_thread
from typing import Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from api.ops.bulk_retry_schemas import BulkRetryItem as ItemModel
from cli.console import FAILED, err, say
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import print_table
from cli.printing.values import short
from domain.operations import OperationState
from domain.ops.bulk_retries import BulkRetry, RetryResult
from storage.database import Connection, Database
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retry_queries import BulkRetryItem

_SECONDS_BETWEEN_READS = 0.3
_PATIENCE_SECONDS = 30
_PAGE = 1000


def shape(retry: BulkRetry) -> dict[str, Any]:
    """A bulk retry as JSON: the API's fields of its operation, and who requested it."""
    return {
        "id": retry.id,
        "state": retry.state,
        "progress": {"done": retry.done, "total": retry.total},
        "result": retry.counts,
        "requested": asdict(retry.requested),
        "created_at": retry.created_at,
        "updated_at": retry.updated_at,
    }


def how_to_follow(id_: UUID) -> str:
    """Commands that follow and cancel the bulk retry."""
    name = short(id_)
    return (
        f"Follow: `volitus ops retries {name}`. "
        f"Cancel: `volitus ops retries {name} --cancel --reason '…'`"
    )


def follow(database: Database, id_: UUID, *, as_json: bool) -> None:
    """Show the progress of a bulk retry, then its result. Exit code 1: it was cancelled.

    Ctrl-C stops following; the bulk retry continues.
    """
    say(f"Following bulk retry {short(id_)}. Ctrl-C stops following; the bulk retry continues.")
    with _interruptions() as interrupted:
        retry = _ended(database, id_, interrupted)
    if retry is None:
        say(f"The bulk retry continues. {how_to_follow(id_)}")
        raise typer.Exit(FAILED)
    show(retry, as_json=as_json)
    if retry.state is not OperationState.SUCCEEDED:
        raise typer.Exit(FAILED)


@contextmanager
def _interruptions() -> Iterator[Event]:
    """Turn Ctrl-C into an event inside the block.

    An exception could be raised, and lost, in the middle of a library's clean-up.
    """
    interrupted = Event()
    if current_thread() is not main_thread():  # signals are not ours there
        yield interrupted
        return
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _ended(database: Database, id_: UUID, interrupted: Event) -> BulkRetry | None:
    """Show progress until the bulk retry has ended; None: interrupted before that."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = err()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Retried", total=None)
        for retry in _reads(database, id_, interrupted):
            progress.update(task, completed=retry.done, total=retry.total)
            if retry.has_ended:
                return retry
    return None


def _reads(database: Database, id_: UUID, interrupted: Event) -> Iterator[BulkRetry]:
    """Read the bulk retry repeatedly until interrupted; warn once when it does not progress."""
    done, moved, warned = -1, time.monotonic(), False
    while not interrupted.is_set():
        with database.reading() as connection:
            retry = bulk_retry_queries.read(connection, id_)
        assert retry is not None  # noqa: S101 # operations that run are not deleted
        yield retry
        if retry.done != done:
            done, moved = retry.done, time.monotonic()
        elif not warned and time.monotonic() > moved + _PATIENCE_SECONDS:
            warned = True
            say(f"No progress for {_PATIENCE_SECONDS} s: is `volitus worker` running?")
        interrupted.wait(_SECONDS_BETWEEN_READS)


def show(retry: BulkRetry, *, as_json: bool) -> None:
    """Show the progress of a bulk retry, or its result."""
    counts = dict(retry.counts or {})
    if as_json:
        print_json(shape(retry))
    else:
        facts = {"id": retry.id, "state": retry.state, "done": f"{retry.done} of {retry.total}"}
        who = {"requested by": retry.requested.by.shown, "note": retry.requested.note}
        print_facts(facts | counts | who)
    if not retry.has_ended:
        say(how_to_follow(retry.id))
    elif counts.get(RetryResult.IN_DOUBT):
        say("Items in doubt were not retried: `volitus ops stuck --kind doubt`")


def print_items(connection: Connection, id_: UUID, *, as_json: bool) -> None:
    """Print every item of a bulk retry and its result; no result: not reached."""
    items: list[BulkRetryItem] = []
    while page := bulk_retry_queries.items(
        connection, id_, after=items[-1].position if items else None, limit=_PAGE
    ):
        items += page
    if as_json:
        print_json([ItemModel.of(each) for each in items])
    else:
        lines = ((each.position, each.stuck_id, each.result, each.at) for each in items)
        print_table(("position", "id", "result", "at"), lines)
