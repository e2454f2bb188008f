"""``volitus import``: accounts and services out of the operator's own systems, from a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cli.connections import database_settings, open_database, operator
from cli.console import (
    FAILED,
    USAGE,
    Failure,
    Json,
    err,
    print_json,
    print_table,
    say,
)
from cli.imports.importer import Intake, Source, Tally
from cli.imports.record_reader import BadLine, Format, WrongHeader
from cli.imports.record_types import ACCOUNTS, SERVICES, F, Kind
from domain.audit import Actor, ActorKind

app = typer.Typer(help="Take in accounts and services from a file.", no_args_is_help=True)

# Bad lines told of one by one; a file that is bad from end to end should not flood the terminal.
# A dry run keeps none of them, so there all are told.
_SHOWN = 50

File = Annotated[str, typer.Argument(metavar="FILE", help="The file; - reads standard input.")]
Form = Annotated[
    Format | None,
    typer.Option("--format", help="How FILE is written. Told by its name where it is not given."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]


@app.command()
def accounts(
    file: File, form: Form = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Take in accounts: one a line, CSV with a header or NDJSON, UTF-8.

    Columns: id (UUID), reference, name (may be empty), owner_kind (company or person),
    owner_country (EE), owner_code, status (active or closed).

    A bad line is reported with its number and set aside (`volitus sync aside`); the rest goes in.
    Reading the same file again changes nothing. Exit code 1 if lines were set aside.
    """
    _import(ACCOUNTS, file, form, dry_run=dry_run, as_json=as_json)


@app.command()
def services(
    file: File, form: Form = None, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Take in services: one a line, CSV with a header or NDJSON, UTF-8. Accounts come first.

    Columns: id (UUID), account_id, kind (mobile, fixed_line, internet, router or mobiil_id),
    number (+37255512345, may be empty), name (may be empty), status (active or ended).

    A bad line is reported with its number and set aside (`volitus sync aside`); the rest goes in.
    Reading the same file again changes nothing. Exit code 1 if lines were set aside.
    """
    _import(SERVICES, file, form, dry_run=dry_run, as_json=as_json)


def _import(kind: Kind[F], file: str, form: Format | None, *, dry_run: bool, as_json: bool) -> None:
    settings = database_settings()
    with _opened(file, form) as source, open_database(settings) as database:
        report = _Report(source.name, kind.name, most=sys.maxsize if dry_run else _SHOWN)
        actor = Actor(ActorKind.OPS, operator())
        intake = Intake(database, kind, source, actor=actor, report=report, dry_run=dry_run)
        try:
            _follow(intake.take_in(), source)
        except WrongHeader as error:
            raise Failure(f"{source.name}: {error}", USAGE) from None
    if intake.tally.created and kind is ACCOUNTS and not dry_run:
        say("About new companies the register is asked at night; now: `volitus sync run check`.")
    _summarise(intake.tally, dry_run=dry_run, as_json=as_json)


class _Report:
    """Tells of bad lines on stderr: the first ``most``, then where the others are."""

    def __init__(self, file: str, kind: str, most: int) -> None:
        self._file = file
        self._kind = kind
        self._left = most

    def __call__(self, line: int, why: BadLine) -> None:
        if self._left > 0:
            say(f"{self._file}:{line}: {why}")
        elif self._left == 0:
            say(f"…and more: `volitus sync aside --source import:{self._kind}` shows them.")
        self._left -= 1


@contextmanager
def _opened(file: str, form: Format | None) -> Iterator[Source]:
    if file == "-":
        yield Source(sys.stdin.buffer, _format(file, form), "stdin")
        return
    path = Path(file)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", USAGE) from None
    with stream:
        yield Source(stream, _format(file, form), path.name, path.stat().st_size)


_FORMATS = {".csv": Format.CSV, ".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON}


def _format(file: str, form: Format | None) -> Format:
    known = form or _FORMATS.get(Path(file).suffix.lower())
    if known is None:
        raise Failure(f"{file}: say how it is written, --format csv or --format ndjson", USAGE)
    return known


def _follow(batches: Iterator[Tally], source: Source) -> None:
    """A bar on the terminal: how much of the file is read."""
    console = err()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=source.size)
        for tally in batches:
            at = tally.read if source.size is None else source.stream.tell()
            progress.update(task, completed=at, description=f"{tally.read} lines")


def _summarise(tally: Tally, *, dry_run: bool, as_json: bool) -> None:
    counts = asdict(tally)
    if as_json:
        print_json(counts)
    else:
        print_table([name.replace("_", " ") for name in counts], [list(counts.values())])
        if dry_run:
            say("A dry run: nothing was changed.")
    raise typer.Exit(FAILED if tally.set_aside else 0)
