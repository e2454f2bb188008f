"""``volitus ops retry``: of one that is stuck, or of all that look alike; and ``retries``."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from cli.connections import database_settings, open_database, operator, read_settings
from cli.console import USAGE, Failure, Json, say
from cli.ops import bulk_retry, decisions, follow
from cli.ops.decisions import DryRun, Version
from cli.ops.options import (
    OfAccount,
    OfCode,
    OfKind,
    OfProcess,
    OfTarget,
    OlderThan,
    Why,
    account_id,
    why,
)
from domain.audit import Actor, ActorKind
from domain.provisioning.steps import Decision
from storage.ops import bulk_retries
from storage.ops.bulk_retries import BulkRetryAsked, NotCancellable
from storage.ops.stuck_queries import Filter

Id = Annotated[
    str | None,
    typer.Argument(metavar="ID", help="One, as `volitus ops stuck` shows it. Or say which."),
]
All = Annotated[bool, typer.Option("--all", help="Everything that is stuck.")]
Correct = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Another input, where the step allows it (with ID)."),
]
Rate = Annotated[
    float | None,
    typer.Option(min=0.01, max=200, help="So many a second; else as VOLITUS_BULK_RETRY_RATE says."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")]
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
    """Try one again, or all that a filter finds.

    In bulk it first shows what would happen and asks; then it starts, and is followed to its end.
    What may have been done is never retried in bulk: decide about those one by one.
    """
    narrowed = any((target, code, kind, process, account, older_than is not None))
    _one_way(by_id=id_ is not None, everything=everything, narrowed=narrowed)
    if id_ is not None:
        if rate is not None or yes:
            raise Failure("--rate and --yes belong to a retry in bulk, not to one ID.", USAGE)
        told = (Decision.RETRY, id_, reason, version, corrections(correct or []))
        decisions.decide(*told, dry_run=dry_run, as_json=as_json)
        return
    if correct or version is not None:
        raise Failure("--correct and --version belong to one ID.", USAGE)
    settings = read_settings()
    with open_database(settings) as database:
        with database.reading() as connection:
            asked = Filter(target, code, kind, process, account_id(connection, account), older_than)
        if dry_run:
            bulk_retry.dry_run(database, asked, as_json=as_json)
        else:
            wish = BulkRetryAsked(asked, Actor(ActorKind.OPS, operator()), reason, rate)
            bulk_retry.retry(settings, database, wish, sure=yes, as_json=as_json)


def _one_way(*, by_id: bool, everything: bool, narrowed: bool) -> None:
    """An ID, or --all, or a filter: never two of them, for each would widen or narrow another."""
    if by_id + everything + narrowed != 1:
        raise Failure("Say one of: an ID, --all, or a filter like --target and --code.", USAGE)


def corrections(said: Sequence[str]) -> dict[str, str]:
    """Names and values. Failure where one is not ``name=value``."""
    found = [_CORRECTION.fullmatch(each) for each in said]
    told = {each[1]: each[2] for each in found if each}
    if len(told) < len(said):
        raise Failure(
            "--correct: NAME=VALUE, each name once, the value of letters, digits and . _ : - like: "
            "network_id=NET-7",
            USAGE,
        )
    return told


Operation = Annotated[
    str, typer.Argument(metavar="OPERATION", help="As it was told when the retry was started.")
]
Rows = Annotated[bool, typer.Option("--rows", help="Show what became of each row.")]
Cancel = Annotated[
    bool, typer.Option("--cancel", help="End it; rows not reached stay as they are.")
]
Once = Annotated[bool, typer.Option("--once", help="Show how far it is; do not follow it.")]
WhyCancel = Annotated[
    str | None, typer.Option("--reason", parser=why, help="Why it is ended; with --cancel.")
]


def retries(
    operation: Operation,
    *,
    rows: Rows = False,
    once: Once = False,
    cancel: Cancel = False,
    reason: WhyCancel = None,
    as_json: Json = False,
) -> None:
    """Follow a retry in bulk to its end, show what became of each row, or end it."""
    if cancel is not (reason is not None):
        raise Failure("--cancel and --reason belong together: say why it is ended.", USAGE)
    if rows + once + cancel > 1:
        raise Failure("Say one of: --rows, --once, --cancel.", USAGE)
    with open_database(database_settings()) as database:
        with database.reading() as connection:
            row = follow.find(connection, operation)
            if rows:
                follow.print_rows(connection, row.id, as_json=as_json)
                return
        if reason is not None:
            try:
                with database.transaction() as session:
                    row = bulk_retries.cancel(
                        session, row.id, Actor(ActorKind.OPS, operator()), reason
                    )
            except NotCancellable:
                raise Failure(f"It has ended already: it is {row.state}.") from None
            say("Cancelled: no row is decided about after this.")
            once = True
        if once:
            follow.show(row, as_json=as_json)
        else:
            follow.follow(database, row.id, as_json=as_json)
