"""``volitus import``: import accounts, services and delegations of the operator's systems."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import Progress

from cli.connections import open_database, operator_settings, read_settings
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
from cli.imports import record_types
from cli.imports.endings import confirm_endings
from cli.imports.importer import Importer, Source, Tally, importer
from cli.imports.input_file import opened
from cli.imports.record_reader import Format, WrongHeader
from cli.imports.record_types import SERVICES, R, RecordType
from cli.staff import acting
from domain.delegations.offer_rules import OfferRules
from services.accounts.import_records import RejectedLine
from settings.processes import AccountCommandSettings, DelegationCommandSettings

app = typer.Typer(
    help="Import accounts, services and delegations from a file.", no_args_is_help=True
)

# Most rejected lines that are printed: a file that is wrong throughout should not flood the
# terminal. A dry run stores none of them, so it prints all.
_SHOWN = 50

File = Annotated[
    str, typer.Argument(metavar="FILE", help="File to import; - reads standard input.")
]
Form = Annotated[
    Format | None,
    typer.Option("--format", help="Format of FILE. Default: by its extension."),
]
MaxEndings = Annotated[
    int,
    typer.Option(
        "--max-endings", min=0, help="Ask only where more grants than this would end.", metavar="N"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the preview and the confirmation.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]


@app.command()
def accounts(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import accounts: one per line, CSV with a header or NDJSON, UTF-8.

    Columns: id (UUID), reference, name (may be empty), owner_kind (company or person),
    owner_country (EE), owner_code, status (active or closed).

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    settings = read_settings(AccountCommandSettings)
    kind, most = record_types.accounts(settings.departure.rules()), None if yes else max_endings
    _import(kind, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def services(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import services: one per line, CSV with a header or NDJSON, UTF-8. Accounts come first.

    Columns: id (UUID), account_id, kind (mobile, fixed_line, internet, router or mobiil_id),
    number (+37255512345, may be empty), name (may be empty), status (active or ended).

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    most = None if yes else max_endings
    _import(SERVICES, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def delegations(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import delegations: one per line, CSV with a header or NDJSON, UTF-8. Services come first.

    Columns: id (UUID), account_id, receiver_country (EE), receiver_code, receiver_name (may be
    empty), role (accountant, user or administrator) or permissions (with spaces between them),
    service_ids (with spaces between them; empty: the whole account), from_day (2027-01-31, may have
    passed), through_day (the last day; empty: as VOLITUS_DELEGATION_IMPORTED_YEARS says),
    may_pass_on (true or false).

    An imported delegation is in force at once, without an acceptance, and its receiver is told.
    Other terms than before are a new version. What people did here counts for more: what they ended
    stays ended, what they changed is not given more than they left, and what they gave is not
    changed.

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    settings = read_settings(DelegationCommandSettings)
    rules = OfferRules(settings.zone, imported_years=settings.delegation.imported_years)
    kind, most = record_types.delegations(rules), None if yes else max_endings
    _import(kind, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


def _import(
    kind: RecordType[R],
    file: str,
    form: Format | None,
    *,
    max_endings: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    settings = operator_settings()
    with opened(file, form) as source, open_database(settings) as database:
        actor = acting(settings, database, dry_run=dry_run)
        with importer(database, kind, source, actor=actor, dry_run=dry_run) as imported:
            _read(imported, source)
            report = _Report(source.name, kind.records.name, sys.maxsize if dry_run else _SHOWN)
            if dry_run:
                imported.try_out()
                report(imported.rejected())
            else:
                _store(imported, max_endings, report)
    if imported.tally.created and kind.records.name == "accounts" and not dry_run:
        say(
            "The register is queried about new companies at night; at once with"
            " `volitus sync run check`."
        )
    _summarise(imported.tally, dry_run=dry_run, as_json=as_json)


def _read(imported: Importer[R], source: Source) -> None:
    try:
        with _progress("lines read", total=source.size) as show:
            for tally in imported.read():
                show(tally.read if source.size is None else source.stream.tell())
    except WrongHeader as error:
        raise Failure(f"{source.name}: {error}", USAGE) from None


def _store(imported: Importer[R], max_endings: int | None, report: "_Report") -> None:
    if max_endings is not None:
        confirm_endings(imported.try_out(), max_endings)
    report(imported.rejected())
    with _progress("lines stored", total=imported.tally.read - imported.tally.rejected) as show:
        for tally in imported.store():
            report(imported.rejected())
            show(tally.created + tally.changed + tally.unchanged)
    report(imported.rejected())
    imported.finish()


class _Report:
    """Prints rejected lines on stderr: the first ``most``, then where the others are."""

    def __init__(self, file: str, kind: str, most: int) -> None:
        self._file = file
        self._kind = kind
        self._left = most

    def __call__(self, rejected: Iterable[tuple[int, RejectedLine]]) -> None:
        for line, why in rejected:
            if self._left > 0:
                say(f"{self._file}:{line}: {why}")
            elif self._left == 0:
                command = f"volitus sync rejected-records --found-in import:{self._kind}"
                say(f"More lines were rejected: `{command}`.")
            self._left -= 1


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show on the terminal how far this is."""
    console = err()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda completed: progress.update(task, completed=completed)


def _summarise(tally: Tally, *, dry_run: bool, as_json: bool) -> None:
    counts = asdict(tally)
    if as_json:
        print_json(counts)
    else:
        print_table([name.replace("_", " ") for name in counts], [list(counts.values())])
        if dry_run:
            say("Dry run: nothing was changed.")
    raise typer.Exit(FAILED if tally.rejected else 0)
