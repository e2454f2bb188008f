"""``volitus drift check`` and ``checks``: compare now, and show the last comparisons."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.auth.principals import StaffRole
from api.inventory.drift_schemas import DriftCheck as Shape
from cli.connections import operator_settings, read_settings
from cli.console import FAILED, Failure, say
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, Wide, print_table
from cli.staff import Operator, operating, reading
from cli.temporal import open_engine
from domain.inventory.drift import DriftCounts
from domain.operations import OperationState
from services.inventory import drift_checks
from settings.commands import CliSettings
from storage.database import Database
from storage.inventory import drift_check_queries
from storage.inventory.drift_check_queries import DriftCheck
from storage.requests.operation_queries import Operation

_PATIENCE_SECONDS = 30
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the check has ended.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="Maximum number of checks.")]


def check(*, wait: Wait = False, as_json: Json = False) -> None:
    """Compare what networks have with what services should have, besides the schedule.

    With --wait, exit code 0 if the check succeeded, else 1.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        requested = asyncio.run(_request(settings, operator))
        if wait:
            found = _ended(operator.database, requested.id)
            _print(found, as_json=as_json)
            raise typer.Exit(0 if found.state is OperationState.SUCCEEDED else FAILED)
    if as_json:
        print_json({"id": requested.id, "state": requested.state})
    say(f"Started: {requested.id}. Follow it: `volitus drift checks`")


def checks(*, limit: Limit = 10, wide: Wide = False, as_json: Json = False) -> None:
    """List the last checks: what each read of every network, and what it found."""
    with reading(operator_settings(), StaffRole.OPS) as database, database.reading() as connection:
        found = drift_check_queries.checks(connection, limit=limit)
    if as_json:
        print_json([Shape.of(each) for each in found])
    elif found:
        print_table(_COLUMNS, map(_line, found), wide=wide)
    else:
        say("There was no check: `volitus drift check` starts one.")


async def _request(settings: CliSettings, operator: Operator) -> Operation:
    async with open_engine(settings, operator.database) as engine:
        return await drift_checks.request(engine, uuid4(), operator.acting())


def _ended(database: Database, check_id: UUID) -> DriftCheck:
    """Wait until the check has ended; say once where nothing begins it."""
    say("Started. Waiting for the check to end. Ctrl-C stops waiting; the check continues.")
    begun, warned = time.monotonic(), False
    while True:
        with database.reading() as connection:
            found = drift_check_queries.checks(connection, check_id=check_id)
        if not found:
            raise Failure(
                f"The check {check_id} is gone: `volitus drift checks` lists the last ones."
            )
        if found[0].state.has_ended:
            return found[0]
        late = time.monotonic() > begun + _PATIENCE_SECONDS
        if not warned and late and found[0].state is OperationState.PENDING:
            warned = True
            say(f"Not begun for {_PATIENCE_SECONDS} s: is `volitus worker` running?")
        time.sleep(1)


def _print(found: DriftCheck, *, as_json: bool) -> None:
    if as_json:
        print_json(Shape.of(found))
        return
    error = found.error and found.error["text"]
    counts = {name.replace("_", " "): number for name, number in _counts(found).items()}
    print_facts({"id": found.id, "state": found.state, "why": error, **counts})
    print_table(
        ("network", "read", "of", "unreadable", "outcome", "reason", "detail"),
        (
            (n.network or "network", n.shown, n.total, n.rejected, n.outcome, n.code, n.detail)
            for n in found.networks
        ),
    )


_COLUMNS = Columns(("check", "state", "asked", "ended", "networks", "found"), spare=("ended",))


def _counts(found: DriftCheck) -> Mapping[str, int]:
    """Return what the check found, in the order in which it is read."""
    result = found.result or {}
    return {field.name: result[field.name] for field in fields(DriftCounts) if result}


def _line(found: DriftCheck) -> tuple[object, ...]:
    read = (f"{n.network or 'network'} {n.shown}: {n.outcome or 'reading'}" for n in found.networks)
    counts = ", ".join(f"{name} {number}" for name, number in _counts(found).items() if number)
    times = (found.asked_at, found.ended_at)
    return found.id, found.state, *times, "; ".join(read), counts
