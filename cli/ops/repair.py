"""``volitus ops fix``: processes whose own workflow does not go on."""

import asyncio
from typing import Annotated

import typer

from cli.connections import open_database, operator, read_settings
from cli.console import Failure, Json, print_json, say
from cli.ops.lookup import find_item, short
from cli.ops.next_steps import advice
from cli.ops.options import DryRun, Id, Version, Why
from cli.ops.refusals import explained
from cli.ops.render import item_json
from cli.ops.temporal import temporal_soon
from domain.audit import Actor, ActorKind
from domain.ops.repairs import Fix
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from services.ops.decide import refusals
from services.ops.workflow_repair import Fixing
from settings.processes import CliSettings
from storage.database import Database
from storage.ops import workflow_problems
from storage.ops.workflow_problems import Fixed

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
            found = find_item(connection, id_)
        if found.kind != StuckKind.BROKEN:
            raise Failure(f"{short(found.id)} is not a broken process. {advice(found)}")
        wish = Fixed(way, version or found.version, Actor(ActorKind.OPS, operator()), reason)
        with explained(way, wish.version), refusals():
            row = _fixed(settings, database, found, wish, dry_run=dry_run)
    if as_json:
        print_json(item_json(row) | {"dry_run": dry_run})
    if dry_run:
        say(f"Would {way} it: {_WOULD[way]}. Nothing was changed.")
    else:
        say(f"Done: {_WOULD[way]}. How it goes on: `volitus ops show {short(row.id)}`")


def _fixed(
    settings: CliSettings, database: Database, found: StuckItem, wish: Fixed, *, dry_run: bool
) -> StuckItem:
    if dry_run:
        with database.trial() as session:
            return workflow_problems.decide(session, found.id, wish)

    async def carry_out() -> StuckItem:
        async with temporal_soon(settings, _PATIENCE) as client:
            return await Fixing(database, client, settings.task_queue).fix(found.id, wish)

    try:
        return asyncio.run(carry_out())
    except RuntimeError:
        raise Failure(
            "Temporal did not take it: nothing was fixed. Look with "
            f"`volitus ops show {short(found.id)}`, then decide again."
        ) from None
