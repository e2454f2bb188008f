"""``volitus sync``: what the register brought, what is held, what was set aside."""

import asyncio
from typing import Annotated, Literal

import typer

from activities.registry.sync_runs import RunDecision, SyncRequest
from cli.connections import database_settings, open_database, open_temporal, operator, read_settings
from cli.console import FAILED, Failure, Json, print_json, print_table, say
from cli.registry import control, lookup
from cli.registry.lookup import Run
from cli.registry.render import counts_of, print_run
from settings.processes import CliSettings
from storage.database import Database
from storage.registry import sync_run_queries

app = typer.Typer(help="Follow the Commercial Register: runs of the sync.", no_args_is_help=True)

RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's id, the beginning of one, or: latest.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]
Reason = Annotated[str, typer.Option(help="Why; goes into the history. No names, no codes.")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when the run has ended or is held.")]
What = Annotated[
    Literal["file", "changes", "check"],
    typer.Argument(help="The register's file, its change list, or every customer one by one."),
]
Of = Annotated[str | None, typer.Option("--source", help="Like: register, import:accounts.")]
Decision = Literal["release", "reject"]


@app.command("list")
def list_(limit: Limit = 20, *, as_json: Json = False) -> None:
    """Show the newest runs."""
    with open_database(database_settings()) as database, database.reading() as connection:
        rows = sync_run_queries.runs(connection, source=None, state=None, before=None, limit=limit)
    runs = [lookup.columns(row) for row in rows]
    if as_json:
        print_json([{name: v for name, v in run.items() if name != "preview"} for run in runs])
    else:
        columns = ("run", "source", "subject", "state", "started", "ended", "counts")
        print_table(columns, (_row(run) for run in runs))
    _tell_of_more(runs, limit)


def _tell_of_more(found: list[Run], limit: int) -> None:
    if len(found) == limit:
        say(f"There may be more than {limit}: --limit")


def _row(run: Run) -> list[object]:
    told = [run[name] for name in ("source", "subject", "state", "started_at", "ended_at")]
    return [str(run["id"])[:8], *told, counts_of(run)]


@app.command()
def show(run: RunId, *, as_json: Json = False) -> None:
    """Show one run: its counts, why it is where it is, and what a held one would end and start."""
    with open_database(database_settings()) as database:
        with database.reading() as connection:
            found = lookup.find(connection, run)
        _print(database, found, as_json=as_json)


@app.command()
def release(run: RunId, reason: Reason, *, as_json: Json = False) -> None:
    """Let a held run go on: what `show` previews then happens."""
    _decide(run, "release", reason, as_json=as_json)


@app.command()
def reject(run: RunId, reason: Reason, *, as_json: Json = False) -> None:
    """End a held run; nothing of it happens."""
    _decide(run, "reject", reason, as_json=as_json)


def _decide(run: str, decision: Decision, reason: str, *, as_json: bool) -> None:
    settings = read_settings()
    with open_database(settings) as database, database.reading() as connection:
        found = lookup.find(connection, run)
    if found["state"] != "held":
        raise Failure(f"Run {found['id']} is not held: it is {found['state']}.")
    told = RunDecision(decision=decision, by=operator(), reason=reason)

    async def tell() -> None:
        async with open_temporal(settings) as client:
            await control.decide(client, found, told)

    asyncio.run(tell())
    if as_json:
        print_json({"id": found["id"], **told.model_dump()})
    say(f"Told: {decision}. How it goes on: `volitus sync show {str(found['id'])[:8]}`")


@app.command("run")
def run_(what: What, *, wait: Wait = False, as_json: Json = False) -> None:
    """Read the register now instead of when the scheduler would.

    With --wait, exit code 0 if the run finished or found nothing new, else 1.
    """
    settings = read_settings()
    with open_database(settings) as database:
        request, run = asyncio.run(_run(settings, database, what, wait=wait))
        if run is not None:
            _print(database, run, as_json=as_json)
            raise typer.Exit(0 if run["state"] in {"finished", "unchanged"} else FAILED)
    if as_json:
        print_json({"source": request.source, "subject": request.subject})
    say(f"Started: {request.subject}. How it goes: `volitus sync list`")


async def _run(
    settings: CliSettings,
    database: Database,
    source: Literal["file", "changes", "check"],
    *,
    wait: bool,
) -> tuple[SyncRequest, Run | None]:
    async with open_temporal(settings) as client:
        request, handle = await control.start(client, settings.task_queue, source)
        if not wait:
            return request, None
        say("Started; waiting for its end. Ctrl-C stops the waiting, not the run.")
        return request, await control.wait(database, request, handle)


def _print(database: Database, run: Run, *, as_json: bool) -> None:
    if as_json:
        print_json(run)
    else:
        with database.reading() as connection:
            print_run(run, connection)


@app.command()
def aside(source: Of = None, limit: Limit = 100, *, as_json: Json = False) -> None:
    """Show the records that could not be used and wait to be read well, newest first."""
    with open_database(database_settings()) as database, database.reading() as connection:
        rows = sync_run_queries.aside(connection, source=source, before=None, limit=limit)
    records = [lookup.columns(row) for row in rows]
    if as_json:
        print_json(records)
    else:
        columns = ("source", "key", "code", "detail", "seen", "last_seen_at")
        print_table(columns, ([record[name] for name in columns] for record in records))
    _tell_of_more(records, limit)
