"""``volitus ops restored``: carry on after the database was restored from a backup."""

import asyncio
from dataclasses import asdict

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import say
from cli.ops.options import DryRun
from cli.printing.as_json import Json, print_json
from cli.reasons import Why
from cli.staff import operating
from cli.temporal import open_engine
from domain.audit import Actor
from services.ops import restores
from services.ops.restores import RestoreReport
from settings.commands import CliSettings
from storage.database import Database


def restored(*, reason: Why, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Carry on after the database was restored from a backup, and Temporal was not.

    Run it before the workers start. Whatever may have been done in the lost time is in doubt: its
    target is asked before anything is sent. Every open process starts again from its rows, and
    workflows of processes that the database does not know are ended and listed.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        actor, database = operator.acting(dry_run=dry_run), operator.database
        report = asyncio.run(_carry_on(settings, database, actor, reason, dry_run=dry_run))
    if as_json:
        print_json(asdict(report) | {"dry_run": dry_run})
        return
    _explain(report, dry_run=dry_run)


async def _carry_on(
    settings: CliSettings, database: Database, actor: Actor, why: str, *, dry_run: bool
) -> RestoreReport:
    async with open_engine(settings, database) as engine:
        return await restores.carry_on(engine, actor=actor, why=why, dry_run=dry_run)


def _explain(report: RestoreReport, *, dry_run: bool) -> None:
    would = "Would be" if dry_run else "Now"
    say(
        f"{would} in doubt, their targets asked before they are sent: {report.steps_in_doubt} steps"
    )
    say(f"{would} started again from the database: {report.restarted} processes")
    for workflow_id in report.not_restarted:
        say(f"Not started, its rows are incomplete: {workflow_id}")
    for workflow_id in report.unknown:
        say(f"{'Would be ended' if dry_run else 'Ended'}, unknown to the database: {workflow_id}")
