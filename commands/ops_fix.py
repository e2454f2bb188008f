"""``volitus ops fix``: processes whose own workflow does not go on."""

import asyncio
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from access.events import Actor
from access.fixes import Fix
from access.stuck import StuckKind
from commands.connections import open_database, operator, read_settings
from commands.console import Failure, Json, print_json, say
from commands.ops_advice import advice, short
from commands.ops_decisions import DryRun, Version
from commands.ops_filter import Id, Why, find
from commands.ops_pages import shape
from commands.ops_refusals import explained
from commands.ops_temporal import temporal_soon
from settings import Settings
from storage import broken
from storage.broken import Fixed
from storage.database import Database
from workflows.fixing import Fixing

_PATIENCE = 20
_WOULD = {
    Fix.RESET: "its workflow's last task is done again, by the code that is there now",
    Fix.RESTART: "its workflow is started again, and finds done what is done",
    Fix.CLOSE: "the process ends as it is, with nothing undone",
}

Way = Annotated[
    Fix,
    typer.Argument(
        metavar="HOW",
        help="reset: do the workflow's last task again; restart: start it from what the database "
        "says; close: end the process as it is, with nothing undone.",
    ),
]


def fix(
    id_: Id,
    way: Way,
    *,
    reason: Why,
    version: Version = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Fix a process whose own workflow does not go on (kind: broken).

    It is looked at once more before: one that goes on by now is left alone.
    """
    settings = read_settings()
    with open_database(settings) as database:
        with database.reading() as connection:
            found = find(connection, id_)
        if found.kind != StuckKind.BROKEN:
            raise Failure(f"{short(found.id)} is no broken process. {advice(found)}")
        wish = Fixed(way, version or found.version, Actor("ops", operator()), reason)
        with explained(found, way, wish.version):
            row = _fixed(settings, database, found, wish, dry_run=dry_run)
    if as_json:
        print_json(shape(row) | {"dry_run": dry_run})
    if dry_run:
        say(f"Would {way} it: {_WOULD[way]}. Nothing was changed.")
    else:
        say(f"Done: {_WOULD[way]}. How it goes on: `volitus ops show {short(row.id)}`")


def _fixed(
    settings: Settings, database: Database, found: Row[Any], wish: Fixed, *, dry_run: bool
) -> Row[Any]:
    if dry_run:
        with database.trial() as session:
            return broken.decide(session, found.id, wish)

    async def carry_out() -> Row[Any]:
        async with temporal_soon(settings, _PATIENCE) as client:
            return await Fixing(database, client, settings.task_queue).fix(found.id, wish)

    try:
        return asyncio.run(carry_out())
    except RuntimeError:
        raise Failure(
            "Temporal did not take it: nothing was fixed. Look with "
            f"`volitus ops show {short(found.id)}`, then decide again."
        ) from None
