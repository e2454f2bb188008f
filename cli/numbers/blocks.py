"""``volitus numbers``: who gets no codes just now, and letting one of them through again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Row, text

from cli.connections import open_database, operator, read_settings
from cli.console import Failure, Json, print_json, print_table, say
from domain.audit import Actor, ActorKind
from domain.rates import Rate
from domain.reasons import Reason
from settings.processes import NumberCommandSettings
from storage.database import Connection
from storage.numbers import blocks as number_blocks

app = typer.Typer(help="Number verification: who gets no codes just now.", no_args_is_help=True)

Ref = Annotated[
    str, typer.Argument(metavar="REF", help="As `volitus numbers blocks` shows it: eight letters.")
]
Why = Annotated[
    str, typer.Option("--reason", help="Why; goes into the history. No names, no numbers.")
]


@dataclass(frozen=True, slots=True)
class Block:
    """Someone or something that no codes are sent to or for."""

    kind: str
    subject: str
    why: str
    until: datetime

    @property
    def ref(self) -> str:
        """Names it on a command line: a phone number there would stay in the shell's history."""
        return hashlib.sha256(f"{self.kind}/{self.subject}".encode()).hexdigest()[:8]


@app.command()
def blocks(*, as_json: Json = False) -> None:
    """Show the blocked prefixes and numbers, and everyone whose limit is used up."""
    found = _in_force(read_settings(NumberCommandSettings))
    if as_json:
        print_json([_columns(block) for block in found])
        return
    columns = ("ref", "kind", "subject", "why", "until")
    print_table(columns, ([_columns(block)[name] for name in columns] for block in found))
    if not found:
        say("Nothing is blocked, and nobody's limit is used up.")


@app.command()
def lift(ref: Ref, reason: Why) -> None:
    """Let one of them through again. Exit code 1 if nothing of that name is in the way."""
    settings = read_settings(NumberCommandSettings)
    named = [block for block in _in_force(settings) if block.ref == ref]
    if len(named) != 1:
        raise Failure(f"Nothing in the way is called {ref}: see `volitus numbers blocks`.")
    (block,) = named
    with open_database(settings) as database, database.transaction() as session:
        lifted = number_blocks.lift(
            session,
            block.kind,
            block.subject,
            Reason("lifted_by_operator", reason),
            actor=Actor(ActorKind.OPS, operator()),
        )
    if not lifted:
        raise Failure(f"{ref} ended by itself just now: nothing was left to lift.")
    say(f"Lifted: {block.kind} {block.subject}. Codes are sent again.")


def _in_force(settings: NumberCommandSettings) -> list[Block]:
    limits = settings.number.limit.rates()
    with open_database(settings) as database, database.reading() as connection:
        now = _now(connection)
        found = [_block(row, limits) for row in number_blocks.in_force(connection)]
    return [block for block in found if block.until > now]


def _now(connection: Connection) -> datetime:
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now


def _block(row: Row[Any], limits: dict[str, Rate]) -> Block:
    until = row.until
    if row.id is None:
        # A limit's row tells when all of it is free again; one more is allowed long before that.
        rate = limits.get(row.kind, Rate(1, timedelta()))
        until += rate.step - rate.span
    return Block(row.kind, row.subject, row.reason["text"], until)


def _columns(block: Block) -> dict[str, Any]:
    told = {"kind": block.kind, "subject": block.subject, "why": block.why, "until": block.until}
    return {"ref": block.ref, **told}
