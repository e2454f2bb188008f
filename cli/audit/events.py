"""``volitus events``: the append-only history, and whether anybody tampered with it."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from cli.connections import open_database, read_settings
from cli.console import (
    FAILED,
    Json,
    err,
    print_facts,
    print_json,
    print_table,
    say,
)
from storage.audit import hash_chain
from storage.database import Connection

app = typer.Typer(help="Read the history; check that it is whole.", no_args_is_help=True)

Account = Annotated[UUID | None, typer.Option(help="Only what happened to this account.")]
After = Annotated[
    int | None, typer.Option(min=0, help="Go on after this position; without it, the newest.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]

_LIST = """
SELECT * FROM (
    SELECT s.position, e.at, e.kind, e.actor, e.subject_id, e.account_id, e.company_id,
           e.person_id, e.reason, e.before, e.after, s.hash
    FROM event e JOIN event_seal s ON s.event_id = e.id
    WHERE (CAST(:account AS uuid) IS NULL OR e.account_id = :account) AND s.position > :after
    ORDER BY s.position {direction} LIMIT :most
) found ORDER BY position
"""
_ONWARDS = text(_LIST.format(direction="ASC"))
_NEWEST = text(_LIST.format(direction="DESC"))


@app.command("list")
def list_(
    account: Account = None, after: After = None, limit: Limit = 50, *, as_json: Json = False
) -> None:
    """Show what happened, oldest first: who, what, to what, why."""
    with open_database(read_settings()) as database:
        hash_chain.seal_all(database)
        with database.reading() as connection:
            events = _found(connection, account, after, limit)
    if as_json:
        print_json(events)
        return
    columns = ("position", "at", "kind", "by", "account", "person", "reason")
    print_table(columns, (_row(event) for event in events))
    if len(events) == limit and after is not None:
        say(f"There may be more: --after {events[-1]['position']}")


def _found(
    connection: Connection, account: UUID | None, after: int | None, most: int
) -> list[dict[str, Any]]:
    statement = _NEWEST if after is None else _ONWARDS
    asked = {"account": account, "after": after or 0, "most": most}
    return [dict(row) for row in connection.execute(statement, asked).mappings()]


def _row(event: dict[str, Any]) -> list[object]:
    told = [event[name] for name in ("position", "at", "kind")]
    reason = event["reason"] or {}
    return [*told, _by(event["actor"]), event["account_id"], event["person_id"], reason.get("text")]


def _by(actor: dict[str, Any]) -> str:
    kind, name = str(actor["kind"]), str(actor["id"])
    # Who acts at a shell is called ops:NAME already.
    return name if name.startswith(f"{kind}:") else f"{kind}:{name}".rstrip(":")


@app.command()
def verify(*, as_json: Json = False) -> None:
    """Recompute the hash of every event. Exit code 1 if one was changed, removed or put in.

    Keep the head that it prints somewhere else: the same head again shows that nothing was cut
    off at the end.
    """
    with open_database(read_settings()) as database, err().status("Checking the chain…"):
        verdict = hash_chain.verify(database)
    if as_json:
        print_json(asdict(verdict))
    else:
        facts = {"checked": verdict.checked, "not yet chained": verdict.unsealed}
        print_facts(facts | {"head": verdict.head})
    if verdict.fault:
        say(f"The chain is broken at position {verdict.broken_at}: {verdict.fault}")
        raise typer.Exit(FAILED)
    say("The chain holds.")
