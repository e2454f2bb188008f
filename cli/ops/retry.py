"""``volitus ops retry``: of one item, or of all that match a filter; and ``retries``."""

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import USAGE, Failure, say
from cli.lookup import account_id, find_bulk_retry, known_target
from cli.ops import bulk_retry, decisions, follow
from cli.ops.options import (
    DryRun,
    OfAccount,
    OfCode,
    OfKind,
    OfProcess,
    OfTarget,
    OlderThan,
    Version,
)
from cli.printing.as_json import Json
from cli.printing.tables import Wide
from cli.reasons import Why
from cli.reasons import reason as parse_reason
from cli.staff import Operator, operating
from cli.temporal import open_engine
from domain.ops.bulk_retries import BulkRetry
from domain.provisioning.steps import Decision
from services.errors import Refused
from services.ops import bulk_retry as use_case
from settings.commands import CliSettings
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.stuck_queries import Filter

Id = Annotated[
    str | None,
    typer.Argument(metavar="ID", help="Id of one item, or its first digits."),
]
All = Annotated[bool, typer.Option("--all", help="Retry every stuck item.")]
Correct = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Corrected input, if the step allows it; with ID."),
]
Rate = Annotated[
    float | None,
    typer.Option(min=0.01, max=200, help="Items per second. Default: VOLITUS_BULK_RETRY_RATE."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")]
_CORRECTION = re.compile(r"([a-z_]+)=([A-Za-z0-9._:-]{1,100})")  # as in the API


def retry(
    reason: Why,
    id_: Id = None,
    *,
    correct: Correct = None,
    version: Version = None,
    everything: All = False,
    target: OfTarget = None,
    code: OfCode = None,
    kind: OfKind = None,
    process: OfProcess = None,
    account: OfAccount = None,
    older_than: OlderThan = None,
    rate: Rate = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Retry one item, or all that match a filter.

    A bulk retry shows what would happen and asks for confirmation; then it is followed to its end.
    Items in doubt are never retried in bulk: decide about them one by one.
    """
    narrowed = any((target, code, kind, process, account, older_than is not None))
    _check_one_way(by_id=id_ is not None, everything=everything, narrowed=narrowed)
    if id_ is not None:
        if rate is not None or yes:
            raise Failure("--rate and --yes cannot be used with an ID: leave them out.", USAGE)
        made = (Decision.RETRY, id_, reason, version, corrections(correct or []))
        decisions.decide(*made, dry_run=dry_run, as_json=as_json)
        return
    if correct or version is not None:
        raise Failure("--correct and --version can only be used with an ID: name one item.", USAGE)
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            owner = account_id(connection, account)
            named = known_target(connection, target)
        which = Filter(named, code, kind, process, owner, older_than)
        if dry_run:
            bulk_retry.dry_run(database, which, as_json=as_json)
        else:
            new = NewBulkRetry(which, operator.acting(), reason, rate)
            bulk_retry.retry(settings, database, new, sure=yes, as_json=as_json)


def _check_one_way(*, by_id: bool, everything: bool, narrowed: bool) -> None:
    """Check for an ID, or --all, or a filter: each of two would widen or narrow the other."""
    if by_id + everything + narrowed != 1:
        raise Failure("Specify one of: an ID, --all, or a filter such as --target.", USAGE)


def corrections(given: Sequence[str]) -> dict[str, str]:
    """Parse ``name=value`` options. Failure where one is malformed or a name is repeated."""
    found = [_CORRECTION.fullmatch(each) for each in given]
    values = {each[1]: each[2] for each in found if each}
    if len(values) < len(given):
        raise Failure(
            "--correct takes NAME=VALUE, each name once, the value of letters, digits and . _ : -,"
            " like network_id=NET-7.",
            USAGE,
        )
    return values


Operation = Annotated[
    str, typer.Argument(metavar="OPERATION", help="Id of the bulk retry, or its first digits.")
]
Items = Annotated[bool, typer.Option("--items", help="Show the result and outcome of each item.")]
Cancel = Annotated[
    bool, typer.Option("--cancel", help="Cancel it; items not reached stay as they are.")
]
Once = Annotated[bool, typer.Option("--once", help="Show the progress once; do not follow it.")]
WhyCancel = Annotated[
    str | None,
    typer.Option("--reason", parser=parse_reason, help="Reason; required with --cancel."),
]


def retries(
    operation: Operation,
    *,
    items: Items = False,
    once: Once = False,
    cancel: Cancel = False,
    reason: WhyCancel = None,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """Follow a bulk retry to its end, show what became of each item, or end it.

    Of the items that were retried it says how many healed, are stuck again, or are under way: their
    processes have not tried yet.
    """
    if cancel is not (reason is not None):
        raise Failure("--cancel and --reason must be used together.", USAGE)
    if items + once + cancel > 1:
        raise Failure("Use only one of --items, --once and --cancel.", USAGE)
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            found = find_bulk_retry(connection, operation)
            if items:
                follow.print_items(connection, found.id, wide=wide, as_json=as_json)
                return
        if reason is not None:
            found = asyncio.run(_cancel(settings, operator, found, reason))
            say("Cancelled: no further item is retried.")
            once = True
        if once:
            follow.show(database, found, as_json=as_json)
        else:
            follow.follow(database, found.id, as_json=as_json)


async def _cancel(
    settings: CliSettings, operator: Operator, found: BulkRetry, reason: str
) -> BulkRetry:
    try:
        async with open_engine(settings, operator.database) as engine:
            return await use_case.cancel(engine, found.id, operator.acting(), reason)
    except Refused:
        raise Failure(
            f"The bulk retry has ended: its state is {found.state}. Nothing is left to cancel."
        ) from None
