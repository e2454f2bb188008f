"""``volitus simulate``: invented data in the true shapes, as large as the real thing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from cli.console import USAGE, Failure, Json, err, print_facts, print_json

app = typer.Typer(help="Make invented data in the true shapes.", no_args_is_help=True)

Out = Annotated[Path, typer.Argument(metavar="OUT", help="The file, or the folder it goes into.")]
Companies = Annotated[int, typer.Option(min=1, help="How many companies the file has.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same world.")]
NextDay = Annotated[bool, typer.Option("--next-day", help="The file of the day after.")]


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
            raise Failure(f"{out}: {error.strerror}", USAGE) from None
    facts = {name: getattr(written, name) for name in written.__dataclass_fields__}
    (print_json if as_json else print_facts)(facts)
