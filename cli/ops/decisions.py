"""``volitus ops skip|abort|fail``, and ``retry`` of one item: decide about it."""

import asyncio
from collections.abc import Mapping

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import say
from cli.lookup import find_item
from cli.ops.options import DryRun, Id, Version
from cli.ops.refusals import explained, refuse_corrections
from cli.ops.render import item_json
from cli.ops.render_forecast import effect, forecast_json
from cli.printing.as_json import Json, print_json
from cli.printing.values import short
from cli.reasons import Why
from cli.staff import operating
from cli.temporal import open_engine
from domain.ops.stuck_items import StuckItem
from domain.provisioning.steps import Decision
from services.ops import decide as use_case
from services.ops import decision_forecasts
from services.ops.decide import Decided
from settings.commands import CliSettings
from storage.database import Database
from storage.ops import stuck_subjects
from storage.ops.decisions import NewDecision


def skip(
    id_: Id, reason: Why, version: Version = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Continue the process without this step, if it can be skipped."""
    decide(Decision.SKIP, id_, reason, version, dry_run=dry_run, as_json=as_json)


def abort(
    id_: Id, reason: Why, version: Version = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Abort the process: it ends, and its steps that were done are undone, the newest first."""
    decide(Decision.ABORT, id_, reason, version, dry_run=dry_run, as_json=as_json)


def fail(
    id_: Id, reason: Why, version: Version = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """End only the item that the step belongs to, and undo what was done of it; others go on."""
    decide(Decision.FAIL, id_, reason, version, dry_run=dry_run, as_json=as_json)


def decide(
    decision: Decision,
    id_: str,
    reason: str,
    version: int | None,
    correction: Mapping[str, str] | None = None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Decide about one item, wake its process, and name the command that shows the result."""
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            item = find_item(connection, id_)
        new = NewDecision(
            decision,
            version or item.version,
            operator.acting(dry_run=dry_run),
            reason,
            correction or {},
        )
        with explained(decision, new.version):
            refuse_corrections(item, set(new.correction))
            if dry_run:
                _try_out(database, item, new, as_json=as_json)
                return
            decided = asyncio.run(_decide(settings, database, item, new))
    if as_json:
        print_json(item_json(decided.item) | {"dry_run": False, "notified": decided.notified})
    later = (
        "" if decided.notified else "Temporal is unavailable: a worker wakes the process later. "
    )
    result = f"Show the result: `volitus ops show {short(item.id)}`"
    say(f"Decision recorded: {decision}. {later}{result}")


async def _decide(
    settings: CliSettings, database: Database, item: StuckItem, new: NewDecision
) -> Decided:
    async with open_engine(settings, database) as engine:
        return await use_case.decide(engine, item.id, new)


def _try_out(database: Database, item: StuckItem, new: NewDecision, *, as_json: bool) -> None:
    after = asyncio.run(use_case.try_out(database, item.id, new))
    with database.reading() as connection:
        forecast = decision_forecasts.of_decision(connection, item, new.decision)
        position = stuck_subjects.subject(connection, item.id).position
    if as_json:
        shown = item_json(after) | {"dry_run": True, "notified": False}
        print_json(shown | forecast_json(forecast))
    part = position.item if position else ""
    said = effect(forecast, new.decision, item, part, tuple(sorted(new.correction)))
    say(f"Would {new.decision} the item: {said} Nothing was changed.")
