"""``volitus sync``: runs of the register sync, decisions about held ones, rejected records."""

import asyncio
from collections.abc import AsyncIterator, Sized
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import uuid4

import typer

from api.auth.principals import StaffRole
from api.registry import schemas
from api.registry.rejected_schemas import RejectedRecord
from cli.connections import operator_settings, read_settings
from cli.console import FAILED, Failure, say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Columns, Wide, print_table
from cli.printing.values import short
from cli.reasons import Why
from cli.registry import lookup
from cli.registry.release_logins import release_logins
from cli.registry.render import counts_line, print_run
from cli.staff import Operator, operating, reading
from cli.temporal import open_engine, open_temporal
from domain.registry.sync import RequestableSource, SyncDecision, SyncSource, SyncState
from services.engine import Engine
from services.errors import Refused
from services.registry.decide_sync import decide_sync
from services.registry.start_sync import request_sync
from services.registry.wait_for_sync import SyncBroken, wait_for_sync
from settings.commands import CliSettings
from storage.database import Database
from storage.registry import rejected_record_queries, sync_run_queries
from storage.registry.sync_run_queries import SyncRun

app = Group(help="Start, show and decide about syncs with the Commercial Register.")

RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="Id of a run, its first digits, or `latest`.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the run has ended or is held.")]
Source = Annotated[
    RequestableSource,
    typer.Argument(
        metavar="SOURCE",
        help="file: the register's file; changes: its list of changes; check: each customer.",
    ),
]
FoundIn = Annotated[
    str | None,
    typer.Option("--found-in", help="Only records found in this file, import or service."),
]


@app.command("list")
def list_(limit: Limit = 20, *, wide: Wide = False, as_json: Json = False) -> None:
    """List the newest runs."""
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        runs = sync_run_queries.runs(connection, limit=limit)
    if as_json:
        print_json([schemas.SyncRunSummary.of(run) for run in runs])
    else:
        print_table(_COLUMNS, map(_row, runs), wide=wide)
    _say_if_more(runs, limit)


def _say_if_more(shown: Sized, limit: int) -> None:
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


_COLUMNS = Columns(
    ("run", "state", "started", "source", "subject", "ended", "counts"),
    spare=("ended", "subject"),
)


def _row(run: SyncRun) -> list[object]:
    what = (run.source, run.subject, run.ended_at)
    return [run.id, run.state, run.started_at, *what, counts_line(run)]


@app.command()
def show(run: RunId, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show one run: its counts, the reason for its state, and its preview if it is held."""
    with reading(operator_settings(), StaffRole.OPS) as database:
        with database.reading() as connection:
            found = lookup.find(connection, run)
        _print(database, found, wide=wide, as_json=as_json)


@app.command()
def release(run: RunId, reason: Why, *, as_json: Json = False) -> None:
    """Release a held run: it continues, and does what `show` previews."""
    _decide(run, SyncDecision.RELEASE, reason, as_json=as_json)


@app.command()
def reject(run: RunId, reason: Why, *, as_json: Json = False) -> None:
    """Reject a held run: it ends, and nothing of it is applied."""
    _decide(run, SyncDecision.REJECT, reason, as_json=as_json)


def _decide(run: str, decision: SyncDecision, reason: str, *, as_json: bool) -> None:
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            found = lookup.find(connection, run)
        if found.state is not SyncState.HELD:
            raise Failure(
                f"Run {short(found.id)} is not held: it is {found.state}. See `volitus sync list`."
            )
        asyncio.run(_record(settings, operator, found, decision, reason))
    if as_json:
        made = {"decision": decision, "by": operator.member.id, "note": reason}
        print_json({"id": found.id, **made})
    say(f"Decision recorded: {decision}. Follow the run: `volitus sync show {short(found.id)}`")


async def _record(
    settings: CliSettings, operator: Operator, run: SyncRun, decision: SyncDecision, reason: str
) -> None:
    actor = operator.acting()
    async with open_engine(settings, operator.database) as engine:
        try:
            await decide_sync(
                engine, run.id, decision, actor=actor, reason=reason, decision_id=uuid4()
            )
        except Refused as refused:
            raise Failure(
                f"{refused.detail} Check with `volitus sync show {run.id}`; "
                "`volitus sync run` starts a new run."
            ) from None


@asynccontextmanager
async def _engine(settings: CliSettings, database: Database) -> AsyncIterator[Engine]:
    async with open_temporal(settings) as client:
        yield Engine(database, client, settings.task_queue)


app.command("release-logins")(release_logins)


@app.command("run")
def run_(source: Source, *, wait: Wait = False, as_json: Json = False) -> None:
    """Read the register now, in addition to the schedule.

    With --wait, exit code 0 if the run finished or found nothing new, else 1.
    """
    settings = read_settings()
    with reading(settings, StaffRole.OPS) as database:
        run = asyncio.run(_run(settings, database, SyncSource(source), wait=wait))
        if wait:
            _print(database, run, as_json=as_json)
            good = run.state in {SyncState.FINISHED, SyncState.UNCHANGED}
            raise typer.Exit(0 if good else FAILED)
    if as_json:
        print_json({"id": run.id, "source": run.source, "subject": run.subject})
    say(f"Started: {run.id}. Follow it: `volitus sync show {short(run.id)}`")


async def _run(
    settings: CliSettings, database: Database, source: SyncSource, *, wait: bool
) -> SyncRun:
    async with _engine(settings, database) as engine:
        run = await request_sync(engine, source, uuid4())
        if not wait:
            return run
        say("Started. Waiting for the run to end. Ctrl-C stops waiting; the run continues.")
        try:
            return await wait_for_sync(engine, run)
        except SyncBroken:
            raise Failure(
                "The run's workflow failed: see Temporal's web UI and the worker's log."
            ) from None


def _print(database: Database, run: SyncRun, *, wide: bool = False, as_json: bool) -> None:
    if as_json:
        print_json(schemas.SyncRun.of(run))
    else:
        with database.reading() as connection:
            print_run(run, connection, wide=wide)


_REJECTED = Columns(
    ("found in", "key", "code", "detail", "times", "last seen"), spare=("times", "last seen")
)


@app.command("rejected-records")
def rejected_records(
    found_in: FoundIn = None,
    limit: Limit = 100,
    *,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List the records that could not be used, newest first. They are tried again."""
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        records = rejected_record_queries.rejected_records(
            connection, found_in=found_in, limit=limit
        )
    if as_json:
        print_json([RejectedRecord.of(record) for record in records])
    else:
        names = ("found_in", "key", "code", "detail", "occurrences", "last_seen_at")
        rows = ([getattr(record, name) for name in names] for record in records)
        print_table(_REJECTED, rows, wide=wide)
    _say_if_more(records, limit)
