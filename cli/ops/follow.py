"""Following a bulk retry: progress, result, and what became of each item."""

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from api.ops.bulk_retry_schemas import BulkRetry as Shape
from api.ops.bulk_retry_schemas import BulkRetryItem as ItemModel
from cli.console import FAILED, err, say
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_table
from cli.printing.values import short
from domain.operations import OperationState
from domain.ops.bulk_retries import BulkRetry, RetryOutcome
from storage.database import Connection, Database
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retry_queries import BulkRetryItem

_SECONDS_BETWEEN_READS = 0.3
_PATIENCE_SECONDS = 30
_SETTLING_SECONDS = 5
"""Without news of what retried items become, until they are left to themselves."""
_PAGE = 1000


def how_to_follow(id_: UUID) -> str:
    """Commands that follow and cancel the bulk retry."""
    name = short(id_)
    return (
        f"Follow: `volitus ops retries {name}`. "
        f"Cancel: `volitus ops retries {name} --cancel --reason '…'`"
    )


def follow(database: Database, id_: UUID, *, as_json: bool) -> None:
    """Show the progress of a bulk retry, then what became of it. Exit code 1: it was cancelled.

    Ctrl-C stops following; the bulk retry continues.
    """
    say(f"Following bulk retry {short(id_)}. Ctrl-C stops following; the bulk retry continues.")
    with _interruptions() as interrupted:
        retry = _ended(database, id_, interrupted)
        if retry is not None:
            _settled(database, id_, interrupted)
    if retry is None:
        say(f"The bulk retry continues. {how_to_follow(id_)}")
        raise typer.Exit(FAILED)
    show(database, retry, as_json=as_json)
    if retry.state is not OperationState.SUCCEEDED:
        raise typer.Exit(FAILED)


def _settled(database: Database, id_: UUID, interrupted: Event) -> None:
    """Wait while retried items heal or are stuck again, and something of it is news."""
    before, news_at = None, time.monotonic()
    while not interrupted.is_set():
        with database.reading() as connection:
            now = bulk_retry_queries.outcomes(connection, id_)
        if not now[RetryOutcome.UNDER_WAY]:
            return
        if now != before:
            before, news_at = now, time.monotonic()
        elif time.monotonic() > news_at + _SETTLING_SECONDS:
            return
        interrupted.wait(_SECONDS_BETWEEN_READS)


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


def show(database: Database, retry: BulkRetry, *, as_json: bool) -> None:
    """Show the progress of a bulk retry, its result, and what became of what it retried."""
    with database.reading() as connection:
        shape = Shape.of(retry, bulk_retry_queries.outcomes(connection, retry.id))
    if as_json:
        print_json(shape)
    else:
        print_facts(_facts(shape, retry))
    if next_step := _next_step(shape):
        say(next_step)


def _facts(shape: Shape, retry: BulkRetry) -> Mapping[str, object]:
    """Return what is shown, by name: what was retried, and below it what became of that."""
    counts = shape.result.model_dump() if shape.result else {}
    became = shape.outcomes.model_dump()
    retried = counts.pop("retried", sum(became.values()))
    return {
        "id": shape.id,
        "state": shape.state,
        "done": f"{shape.progress.done} of {shape.progress.total}",
        "retried": retried,
        **{f"  {name.replace('_', ' ')}": number for name, number in became.items() if number},
        **{name.replace("_", " "): number for name, number in counts.items()},
        "requested by": retry.requested.by.shown,
        "note": shape.note,
        "started": shape.created_at,
    }


def _next_step(shape: Shape) -> str:
    """Return the line that says what can be done now."""
    name, became = short(shape.id), shape.outcomes
    if not shape.state.has_ended:
        return how_to_follow(shape.id)
    said = []
    if became.stuck_again:
        said.append(
            f"Stuck again: {became.stuck_again}. See which: `volitus ops retries {name} --items`."
        )
    if became.under_way:
        said.append(f"Under way: {became.under_way}. Look again: `volitus ops retries {name}`.")
    if shape.result and shape.result.in_doubt:
        said.append("Items in doubt were not retried: `volitus ops stuck --kind doubt`.")
    if became.healed and not said:
        said.append("Everything that was retried has healed.")
    return " ".join(said)


def print_items(connection: Connection, id_: UUID, *, wide: bool, as_json: bool) -> None:
    """Print every item of a bulk retry, its result and its outcome; no result: not reached."""
    items: list[BulkRetryItem] = []
    while page := bulk_retry_queries.items(
        connection, id_, after=items[-1].position if items else None, limit=_PAGE
    ):
        items += page
    if as_json:
        print_json([ItemModel.of(each) for each in items])
    else:
        print_table(_ITEMS, map(_line, items), wide=wide)


_ITEMS = Columns(
    ("position", "id", "result", "outcome", "at", "target", "action", "reason"),
    spare=("position", "action"),
)


def _line(item: BulkRetryItem) -> Sequence[object]:
    cause = item.cause and item.cause.code
    became = (item.result, item.outcome, item.at)
    return item.position, item.stuck_id, *became, item.target, item.action, cause
