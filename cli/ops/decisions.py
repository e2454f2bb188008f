"""Deciding about one that is stuck: ``volitus ops skip|abort``, and ``retry`` of one."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from cli.connections import open_database, operator, read_settings
from cli.console import Failure, Json, print_json, say
from cli.ops.errors import explained
from cli.ops.next_steps import short
from cli.ops.options import Id, Why, find
from cli.ops.render import shape
from cli.ops.temporal import temporal_soon
from domain.audit import Actor, ActorKind
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision, StepState
from services.ops.wake import wake
from settings.processes import CliSettings
from storage.database import Database, Session
from storage.ops import decisions, stuck_queries
from storage.ops.decisions import Decided

Version = Annotated[
    int | None,
    typer.Option(min=1, help="Only if it is of this version still; without it: as it is now."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]


def skip(
    id_: Id, reason: Why, version: Version = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Let its process go on without it, where the process says that it can."""
    decide(Decision.SKIP, id_, reason, version, dry_run=dry_run, as_json=as_json)


def abort(
    id_: Id, reason: Why, version: Version = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """End its process, which undoes what it did, the newest first."""
    decide(Decision.ABORT, id_, reason, version, dry_run=dry_run, as_json=as_json)


def decide(
    decision: Decision,
    id_: str,
    why: str,
    version: int | None,
    correction: Mapping[str, str] | None = None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Decide about one, tell its process, and say how to see what comes of it."""
    settings = read_settings()
    with open_database(settings) as database:
        with database.reading() as connection:
            found = find(connection, id_)
        wish = Decided(
            decision,
            version or found.version,
            Actor(ActorKind.OPS, operator()),
            why,
            correction or {},
        )
        door = database.trial if dry_run else database.transaction
        row = _decide(door, found, wish)
        told = not dry_run and tell(settings, row.workflow_id)
        if as_json:
            print_json(shape(row) | {"dry_run": dry_run, "told": told})
        if dry_run:
            say(f"Would {decision} it: {_would(database, found, wish)} Nothing was changed.")
            return
    say(
        f"Decided: {decision}. "
        + ("" if told else "Temporal does not answer: its process is told once it does. ")
        + f"How it goes on: `volitus ops show {short(row.id)}`"
    )


def _decide(
    door: Callable[[], AbstractContextManager[Session]], found: Row[Any], wish: Decided
) -> Row[Any]:
    """The row as it is then. Failure with what to do next where this cannot be decided."""
    with explained(found, wish.decision, wish.version):
        if wrong := set(wish.correction) - set(found.correctable_inputs):
            may = ", ".join(found.correctable_inputs) or "nothing"
            raise Failure(f"{', '.join(sorted(wrong))} cannot be corrected here. May be: {may}.")
        with door() as session:
            return decisions.decide(session, found.id, wish)


def tell(settings: CliSettings, workflow_id: str | None) -> bool:
    """Wake a process; False: Temporal does not answer, and the caretaker tells it later."""
    if workflow_id is None:  # nobody waits for it
        return True

    async def tell_it(id_: str) -> None:
        async with temporal_soon(settings) as client:
            await wake(client, id_)

    try:
        asyncio.run(tell_it(workflow_id))
    except Failure:
        return False
    return True


def _would(database: Database, row: Row[Any], wish: Decided) -> str:
    match wish.decision:
        case Decision.SKIP:
            return f"{row.process} goes on without {row.action}."
        case Decision.ABORT:
            return _would_undo(database, row)
    corrected = f" with another {', '.join(sorted(wish.correction))}" if wish.correction else ""
    again = f"{row.action} is sent to {row.target} again{corrected}."
    if row.kind == StuckKind.DOUBT:
        return f"{again} It may have been done: a target that can be asked is asked before."
    return again


def _would_undo(database: Database, row: Row[Any]) -> str:
    with database.reading() as connection:
        steps = stuck_queries.steps_of(connection, row.process_id)
    done = [step.action for step in reversed(steps) if step.state == StepState.DONE]
    if row.kind == StuckKind.DOUBT:
        done.insert(0, f"{row.action} (which may have been done)")
    undone = f"and undoes what it did: {', '.join(done)}." if done else "nothing was done yet."
    return f"{row.process} ends, {undone}"
