"""``volitus ops``: what is stuck, since when and why, and deciding about it."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from cli.connections import database_settings, open_database
from cli.console import Json, print_json, say
from cli.ops import decisions, repair, retry, targets
from cli.ops.next_steps import advice
from cli.ops.options import (
    Id,
    OfAccount,
    OfCode,
    OfKind,
    OfProcess,
    OfTarget,
    OlderThan,
    account_id,
    find,
)
from cli.ops.render import Story, print_groups, print_story, print_stuck, shape
from cli.registry.lookup import columns
from storage.database import Connection
from storage.ops import stuck_queries
from storage.ops.stuck_queries import Filter

app = typer.Typer(
    help="Find what is stuck and why; retry, skip or abort it; pause and resume targets.",
    no_args_is_help=True,
)
app.command("retry")(retry.retry)
app.command("retries")(retry.retries)
app.command("skip")(decisions.skip)
app.command("abort")(decisions.abort)
app.command("fix")(repair.fix)
app.add_typer(targets.app, name="targets")

Groups = Annotated[bool, typer.Option("--groups", help="Count by target and reason instead.")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


@app.command()
def stuck(
    *,
    target: OfTarget = None,
    code: OfCode = None,
    kind: OfKind = None,
    process: OfProcess = None,
    account: OfAccount = None,
    older_than: OlderThan = None,
    groups: Groups = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show what is stuck, the longest stuck first."""
    with open_database(database_settings()) as database, database.snapshot() as connection:
        asked = Filter(target, code, kind, process, account_id(connection, account), older_than)
        counted = stuck_queries.groups(connection, asked)
        if groups:
            _print_groups(connection, counted, as_json=as_json)
        else:
            rows = stuck_queries.stuck(connection, asked, after=None, limit=limit)
            _print_stuck(connection, rows, as_json=as_json)
            _tell_of_more(sum(columns(group)["count"] for group in counted), limit)
    if not counted:
        say("Nothing is stuck." if asked == Filter() else "Nothing that is stuck looks like this.")


def _print_groups(connection: Connection, rows: Sequence[Row[Any]], *, as_json: bool) -> None:
    if as_json:
        print_json([columns(row) for row in rows])
    elif rows:
        print_groups(connection, rows)


def _print_stuck(connection: Connection, rows: Sequence[Row[Any]], *, as_json: bool) -> None:
    if as_json:
        print_json([shape(row) for row in rows])
    elif rows:
        print_stuck(connection, rows)


def _tell_of_more(total: int, limit: int) -> None:
    if total > limit:
        say(f"These are {limit} of {total}: `--limit {total}` shows all, `--groups` counts them.")


@app.command()
def show(id_: Id, *, as_json: Json = False) -> None:
    """Show one: why it is stuck, its process, what waits behind it, its history, what can be done.

    Also one that is no longer stuck.
    """
    with open_database(database_settings()) as database, database.snapshot() as connection:
        story = Story.of(connection, find(connection, id_))
    if as_json:
        print_json(story.shape())
    else:
        print_story(story)
    if len(story.behind) < story.waiting and story.behind:
        say(f"Behind it wait {story.waiting}; the first {len(story.behind)} are shown.")
    if story.earlier_events:
        say(f"{story.earlier_events} older events: `volitus events list`")
    say(advice(story.row))
