"""Options and arguments that commands of operations share."""

from datetime import timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.targets import Target

_LONGEST = timedelta(days=3650)


def _duration(value: str) -> timedelta:
    try:
        duration = TypeAdapter(timedelta).validate_python(value)
    except ValidationError:
        raise typer.BadParameter("not a duration like PT10M, PT2H or P1D") from None
    if not timedelta() <= duration <= _LONGEST:
        raise typer.BadParameter("negative, or more than ten years")
    return duration


def reason(value: str) -> str:
    """Parse a reason for the history."""
    if not 3 <= len(value.strip()) <= 500:  # as in the API
        raise typer.BadParameter("give a reason of 3 to 500 characters")
    return value.strip()


Id = Annotated[
    str, typer.Argument(metavar="ID", help="As `volitus ops stuck` shows it, or the whole id.")
]
Why = Annotated[
    str,
    typer.Option(
        "--reason", parser=reason, help="Reason, kept in the history. No names, no numbers."
    ),
]
OfTarget = Annotated[Target | None, typer.Option("--target", help="Steps on this target.")]
OfCode = Annotated[
    StuckReason | None,
    typer.Option("--code", help="Stuck for this reason.", show_choices=False, metavar="CODE"),
]
OfKind = Annotated[StuckKind | None, typer.Option("--kind", help="Items of this kind.")]
OfProcess = Annotated[
    ProcessType | None, typer.Option("--process", help="Items of this type of process.")
]
OfAccount = Annotated[
    str | None, typer.Option("--account", metavar="ACCOUNT", help="An account's id or reference.")
]
OlderThan = Annotated[
    timedelta | None,
    typer.Option(
        "--older-than", parser=_duration, metavar="PT10M", help="Stuck for at least this long."
    ),
]
Version = Annotated[
    int | None,
    typer.Option(min=1, help="Only if the item has this version; default: the current one."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]
