"""Retrying in bulk from a shell: what it would do, whether that is meant, and asking for it."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import typer
from sqlalchemy import Row

from cli.console import USAGE, Failure, print_json, print_table, say
from cli.ops.follow import follow, how_to_follow, shape
from cli.ops.next_steps import age
from cli.ops.render import now
from cli.ops.temporal import temporal_soon
from cli.registry.lookup import columns
from services import launcher
from services.engine import Engine
from settings.processes import CliSettings
from storage.database import Database
from storage.ops import bulk_retries, bulk_retry_queries
from storage.ops.bulk_retries import BulkRetryAsked
from storage.ops.stuck_queries import Filter

_COUNTED = ("rows", "would_retry", "in_doubt", "refused")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a retry in bulk would do."""

    groups: Sequence[Row[Any]]
    at: datetime
    which: Filter

    def count(self, name: str) -> int:
        """All groups taken together."""
        return sum(columns(group)[name] for group in self.groups)

    def shape(self) -> dict[str, Any]:
        """The same as JSON has it."""
        counts = {name: self.count(name) for name in _COUNTED}
        return counts | {"groups": [columns(group) for group in self.groups]}

    def print(self) -> None:
        """A line for each target and reason, on stdout."""
        if self.groups:
            print_table(
                ("target", "reason", "stuck", "would retry", "in doubt", "refused", "oldest"),
                map(self._line, self.groups),
            )

    def _line(self, group: Row[Any]) -> Sequence[object]:
        told = columns(group)
        counts = (told[name] for name in _COUNTED)
        return group.target, group.code, *counts, age(self.at - group.oldest)

    def say(self) -> None:
        """The same in a sentence, on stderr."""
        say(
            ("No filter: this is EVERYTHING that is stuck. " if self.which == Filter() else "")
            + f"Of {self.count('rows')} rows {self.count('would_retry')} would be retried; "
            f"{self.count('in_doubt')} may have been done and are left alone; "
            f"{self.count('refused')} cannot be retried."
        )


def preview(database: Database, which: Filter) -> Preview:
    """What would happen now, by target and reason."""
    with database.snapshot() as connection:
        return Preview(bulk_retry_queries.preview(connection, which), now(connection), which)


def dry_run(database: Database, which: Filter, *, as_json: bool) -> None:
    """Say what would happen; nothing does."""
    found = preview(database, which)
    if as_json:
        print_json(found.shape())
    else:
        found.print()
    found.say()


def retry(
    settings: CliSettings, database: Database, asked: BulkRetryAsked, *, sure: bool, as_json: bool
) -> None:
    """Show what would happen, ask whether that is meant, start it, and follow it to its end."""
    found = preview(database, asked.which)
    if not as_json:  # one document on stdout: what came of it
        found.print()
    found.say()
    if not found.count("would_retry"):
        raise Failure("Nothing was started: none of them would be retried.")
    if not sure:
        _confirm(found.count("would_retry"))
    with database.transaction() as session:
        row = bulk_retries.ask(session, uuid4(), asked)
    if asyncio.run(_started(settings, database, row)):
        follow(database, row.id, as_json=as_json)
        return
    if as_json:
        print_json(shape(row))
    say(f"Temporal does not answer: it begins once it does. {how_to_follow(row.id)}")


def _confirm(count: int) -> None:
    if not sys.stdin.isatty():
        raise Failure("Nothing was started: nobody can be asked here. Add --yes to do it.", USAGE)
    if not typer.confirm(f"Retry {count}?", err=True):
        raise Failure("Nothing was started.")


async def _started(settings: CliSettings, database: Database, row: Row[Any]) -> bool:
    """False: Temporal does not answer, and a worker starts it later."""
    try:
        async with temporal_soon(settings) as client:
            return await launcher.start(Engine(database, client, settings.task_queue), row.id)
    except Failure:
        return False
