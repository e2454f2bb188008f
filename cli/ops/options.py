"""Options and arguments that commands of operations share."""

from datetime import timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType

_LONGEST = timedelta(days=3650)


def _duration(value: str) -> timedelta:
    try:
        duration = TypeAdapter(timedelta).validate_python(value)
    except ValidationError:
        raise typer.BadParameter("must be an ISO 8601 duration, such as PT10M or P1D") from None
    if not timedelta() <= duration <= _LONGEST:
        raise typer.BadParameter("must be between zero and ten years")
    return duration


Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the item, or its first digits.")]
OfTarget = Annotated[
    str | None,
    typer.Option("--target", metavar="NAME", help="Only steps on this target."),
]
OfCode = Annotated[
    StuckReason | None,
    typer.Option("--code", help="Only items with this reason.", show_choices=False, metavar="CODE"),
]
OfKind = Annotated[StuckKind | None, typer.Option("--kind", help="Only items of this kind.")]
OfProcess = Annotated[
    ProcessType | None, typer.Option("--process", help="Only this type of process.")
]
OfAccount = Annotated[
    str | None,
    typer.Option("--account", metavar="ACCOUNT", help="Only this account: its id or reference."),
]
OlderThan = Annotated[
    timedelta | None,
    typer.Option(
        "--older-than",
        parser=_duration,
        metavar="PT10M",
        help="Only items stuck for at least this long.",
    ),
]
Version = Annotated[
    int | None,
    typer.Option(min=1, help="Version that the item must have. Default: the current one."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]
