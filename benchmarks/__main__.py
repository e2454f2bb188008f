"""``python -m benchmarks`` (``make bench``): one table of every claim about speed."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import (
    access_checks,
    batched_checks,
    bulk_retrying,
    confirming,
    contracting,
    delegations,
    drifting,
    during_sync,
    extracting,
    full_file,
    invoice_listing,
    next_day,
    open_approvals,
    order_listing,
    ordering,
    pages,
    refreshing,
    rendering,
    revocations,
    stepping,
    stuck_listing,
    sweeping,
    table,
    traced_checks,
    verifying,
)
from benchmarks.measuring import FULL, QUICK, Line, Size
from benchmarks.place import Place
from dev.stack.os_processes import StartError

PAGE = Path("docs/benchmarks.md")
_WIDTH = 140
MEASUREMENTS: dict[str, Callable[[Place, Size], Sequence[Line]]] = {
    "file": full_file.lines,
    "next-day": next_day.lines,
    "checks": access_checks.lines,
    "batches": batched_checks.lines,
    "traces": traced_checks.lines,
    "during-sync": during_sync.lines,
    "revocations": revocations.lines,
    "delegations": delegations.lines,
    "refresh": refreshing.lines,
    "verify": verifying.lines,
    "steps": stepping.lines,
    "orders": ordering.lines,
    "order-list": order_listing.lines,
    "invoices": invoice_listing.lines,
    "extracts": extracting.lines,
    "stuck": stuck_listing.lines,
    "drift": drifting.lines,
    "bulk": bulk_retrying.lines,
    "sweep": sweeping.lines,
    "approvals": confirming.lines,
    "open-approvals": open_approvals.lines,
    "contracts": contracting.lines,
    "documents": rendering.lines,
    "pages": pages.lines,
}


def main(
    *,
    companies: Annotated[int | None, typer.Option(help="Companies in the register's file.")] = None,
    quick: Annotated[bool, typer.Option(help="Small sizes, in about a minute.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=" ".join(MEASUREMENTS))] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    write_docs: Annotated[bool, typer.Option(help=f"Put the table into {PAGE}.")] = False,
    home: Annotated[Path, typer.Option(help="Keeps large files.")] = Path(".volitus/bench"),
) -> None:
    """Measure, and print each claim beside the figure. Exit code 1 if an answer was stale."""
    size = QUICK if quick else FULL
    size = replace(size, companies=companies or size.companies)
    console = Console(stderr=True)
    lines: list[Line] = []
    try:
        with Place(home) as place:
            for name in only or MEASUREMENTS:
                console.print(f"measuring: {name}")
                lines += MEASUREMENTS[name](place, size)
        if quick:  # fixed costs dominate small sizes, so no ratio is compared with its claim
            lines = [replace(each, reached=None) if each.ratio else each for each in lines]
    except KeyError as error:
        raise typer.BadParameter(f"there is no measurement {error}") from None
    except StartError as error:
        sys.exit(f"volitus: {error}")
    shown = Console()
    Console(width=max(shown.width, _WIDTH)).print(table.rendered(lines))
    if json is not None:
        json.write_text(table.as_json(lines))
    if write_docs:
        table.write_into(PAGE, lines)
    raise typer.Exit(int(any(line.wrong for line in lines)))


if __name__ == "__main__":
    typer.run(main)
