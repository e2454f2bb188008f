"""``volitus ops targets``: how outside systems do, and whether steps go to them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from cli.connections import database_settings, open_database, operator
from cli.console import Failure, Json, print_json, print_table, say
from cli.ops.options import Why
from cli.registry.lookup import columns
from domain.audit import Actor, ActorKind
from domain.provisioning.targets import Target, TargetState
from storage.database import Session
from storage.ops import stuck_queries
from storage.provisioning import targets
from storage.provisioning.targets import WrongState

app = typer.Typer(help="Show the outside systems; pause and resume them.")

Name = Annotated[Target, typer.Argument(metavar="NAME", help="As `volitus ops targets` shows it.")]
Change = Callable[[Session, Target, Actor, str], Row[Any]]


@app.callback(invoke_without_command=True)
def list_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show each outside system: available, paused or probing, and how many steps wait or are stuck.

    One that fails many times in a row is paused by itself, and resumed by itself once it answers.
    One that an operator paused stays so until an operator resumes it.
    """
    if context.invoked_subcommand is not None:
        return
    with open_database(database_settings()) as database, database.reading() as connection:
        rows = stuck_queries.targets(connection)
    if as_json:
        print_json([columns(row) for row in rows])
        return
    print_table(_COLUMNS, map(_line, rows))


_COLUMNS = (
    *("target", "state", "since", "paused by", "why", "tried again at"),
    *("failures in a row", "waiting", "stuck"),
)


def _line(row: Row[Any]) -> Sequence[object]:
    how = (row.state, row.changed_at, _by(row), row.reason, row.until)
    return row.name, *how, row.failures, row.waiting, row.stuck


def _by(row: Row[Any]) -> str | None:
    if row.state == TargetState.AVAILABLE:
        return None
    return str(row.by["id"]) if row.by else "itself"


@app.command()
def pause(name: Name, reason: Why, *, as_json: Json = False) -> None:
    """Let no step go to it until somebody resumes it; what is being done is not broken off.

    One that was paused by itself is then paused by you: it is no longer tried by itself.
    """
    _change(targets.pause, name, reason, as_json=as_json)
    say(f"Paused: steps for {name} wait. `volitus ops targets resume {name} --reason '…'`")


@app.command()
def resume(name: Name, reason: Why, *, as_json: Json = False) -> None:
    """Let steps go to it again; those that wait do so little by little."""
    _change(targets.resume, name, reason, as_json=as_json)
    say(f"Resumed: what waits for {name} goes on little by little. `volitus ops targets`")


def _change(change: Change, name: Target, why: str, *, as_json: bool) -> None:
    with open_database(database_settings()) as database:
        try:
            with database.transaction() as session:
                change(session, name, Actor(ActorKind.OPS, operator()), why)
        except WrongState:
            how = "not paused" if change is targets.resume else "paused by an operator"
            raise Failure(f"{name} is {how} already: `volitus ops targets`") from None
        with database.reading() as connection:
            (row,) = stuck_queries.targets(connection, name)
    if as_json:
        print_json(columns(row))
