"""``volitus ops skip|abort``, and ``retry`` of one item: decide about it."""

import asyncio
from collections.abc import Mapping

from cli.connections import open_database, read_settings
from cli.console import Json, print_json, say
from cli.ops.lookup import find_item, short
from cli.ops.options import DryRun, Id, Version
from cli.ops.refusals import explained, refuse_corrections
from cli.ops.render import item_json
from cli.reasons import Why
from cli.staff import acting
from cli.temporal import open_engine
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision, StepState
from services.ops import decide as use_case
from services.ops.decide import Decided
from settings.commands import CliSettings
from storage.database import Database
from storage.ops import process_steps
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
    with open_database(settings) as database:
        with database.reading() as connection:
            item = find_item(connection, id_)
        new = NewDecision(
            decision,
            version or item.version,
            acting(settings, database, dry_run=dry_run),
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
    if as_json:
        print_json(item_json(after) | {"dry_run": True, "notified": False})
    say(f"Would {new.decision} the item: {_effect(database, item, new)} Nothing was changed.")


def _effect(database: Database, item: StuckItem, new: NewDecision) -> str:
    match new.decision:
        case Decision.SKIP:
            return f"the process {item.process} continues without the step {item.action}."
        case Decision.ABORT:
            return _undone(database, item)
    corrected = f" with a corrected {', '.join(sorted(new.correction))}" if new.correction else ""
    again = f"the step {item.action} is sent to {item.target} again{corrected}."
    if item.kind is StuckKind.DOUBT:
        return f"{again} It may have been done: the target is queried first, where possible."
    return again


def _undone(database: Database, item: StuckItem) -> str:
    with database.reading() as connection:
        process_id = item.process_id
        steps = process_steps.steps_of(connection, process_id) if process_id else []
    done = [step.action for step in reversed(steps) if step.state is StepState.DONE]
    if item.kind is StuckKind.DOUBT:
        done.insert(0, f"{item.action} (which may have been done)")
    undone = f"and these steps are undone: {', '.join(done)}." if done else "and no step was done."
    return f"the process {item.process} ends, {undone}"
