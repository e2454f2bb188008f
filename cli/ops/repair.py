"""``volitus ops repair``: processes whose workflow failed, is missing or has closed."""

import asyncio
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import Failure, say
from cli.lookup import find_item
from cli.ops.next_steps import advice
from cli.ops.options import DryRun, Id, Version
from cli.ops.refusals import explained
from cli.ops.render import item_json
from cli.printing.as_json import Json, print_json
from cli.printing.values import short
from cli.reasons import Why
from cli.staff import operating
from cli.temporal import open_engine
from domain.ops.repairs import Repair
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from services.ops import workflow_repair
from services.temporal import TemporalUnavailable
from settings.commands import CliSettings
from storage.database import Database
from storage.ops.workflow_problems import NewRepair

_EFFECTS = {
    Repair.RESET: "its workflow's last task is run again, with the code that is deployed now",
    Repair.RESTART: "its workflow is started again, and does not repeat what is done",
    Repair.CLOSE: "the process ends as it is, with nothing undone",
}

How = Annotated[
    Repair,
    typer.Argument(
        metavar="HOW",
        help="reset: run the workflow's last task again; restart: start the workflow again from "
        "the database; close: end the process as it is, with nothing undone.",
    ),
]


def repair(
    id_: Id,
    how: How,
    *,
    reason: Why,
    version: Version = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Repair a broken process: its workflow failed, is missing or has closed.

    The process is checked again before: one that runs again is not changed.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            item = find_item(connection, id_)
        if item.kind is not StuckKind.BROKEN:
            raise Failure(f"Item {short(item.id)} is not a broken process. {advice(item)}")
        actor = operator.acting(dry_run=dry_run)
        new = NewRepair(how, version or item.version, actor, reason)
        with explained(how, new.version):
            if dry_run:
                after = asyncio.run(workflow_repair.try_out(database, item.id, new))
            else:
                after = asyncio.run(_repair(settings, database, item, new))
    if as_json:
        print_json(item_json(after) | {"dry_run": dry_run})
    if dry_run:
        say(f"Would {how} the process: {_EFFECTS[how]}. Nothing was changed.")
    else:
        say(f"Repaired: {_EFFECTS[how]}. Show the result: `volitus ops show {short(item.id)}`")


async def _repair(
    settings: CliSettings, database: Database, item: StuckItem, new: NewRepair
) -> StuckItem:
    try:
        async with open_engine(settings, database) as engine:
            return await workflow_repair.repair(engine, item.id, new)
    except TemporalUnavailable:
        raise Failure(
            f"Temporal is unavailable at {settings.temporal.address}: nothing was repaired. Look "
            f"with `volitus ops show {short(item.id)}`, then run the same command again."
        ) from None
