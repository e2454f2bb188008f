"""``volitus simulate``: test data in the real formats, as large as the real data."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from cli.console import USAGE, Failure, err
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts

app = Group(help="Generate test data in the register's own formats.")

Out = Annotated[Path, typer.Argument(metavar="OUT", help="File, or directory to write it to.")]
Companies = Annotated[int, typer.Option(min=1, help="Number of companies in the file.")]
Seed = Annotated[int, typer.Option(help="Seed: the same seed gives the same data.")]
NextDay = Annotated[bool, typer.Option("--next-day", help="Write the file of the next day.")]


@app.callback()
def simulate() -> None:
    """Make invented data in the real formats. No person in it exists."""


@app.command()
def register(
    out: Out,
    companies: Companies = 375_000,
    seed: Seed = 1,
    *,
    next_day: NextDay = False,
    as_json: Json = False,
) -> None:
    """Write the Commercial Register's file of persons on the register card, zipped.

    375,000 companies are a full-size file: about 1 GB of JSON in the zip.
    """
    # The simulators are no part of the product: only this command needs them.
    from simulators.register.files import write_day  # noqa: PLC0415

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = err()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Companies", total=companies)

        def tell(done: int, in_all: int) -> None:
            progress.update(task, completed=done, total=in_all)

        try:
            written = write_day(out, companies, seed, day=int(next_day), progress=tell)
        except OSError as error:
            raise Failure(
                f"{out} cannot be written: {error.strerror}. Name another file.", USAGE
            ) from None
    facts = {name: getattr(written, name) for name in written.__dataclass_fields__}
    (print_json if as_json else print_facts)(facts)
