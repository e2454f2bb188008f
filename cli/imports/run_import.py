"""Run an import: check the whole file, show what would end, store it, and report."""

import sys
from collections.abc import Iterable
from dataclasses import asdict

import typer

from api.auth.principals import StaffRole
from cli.connections import operator_settings
from cli.console import FAILED, USAGE, Failure, say
from cli.imports.endings import confirm_endings
from cli.imports.importer import Importer, Source, Tally, importer
from cli.imports.input_file import opened
from cli.imports.progress import progress
from cli.imports.record_reader import Format, WrongHeader
from cli.imports.record_types import R, RecordType
from cli.printing.as_json import print_json
from cli.printing.tables import print_table
from cli.staff import operating
from services.accounts.import_records import RejectedLine

# Most rejected lines that are printed: a file that is wrong throughout should not flood the
# terminal. A dry run stores none of them, so it prints all.
_SHOWN = 50


def run_import(
    kind: RecordType[R],
    file: str,
    form: Format | None,
    *,
    max_endings: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Check, preview and import a file, and print what came of it.

    ``max_endings``: grants that may end without a confirmation; None: any number. Raises typer.Exit
    with code 1 where lines were rejected, and Failure where the file cannot be read.
    """
    settings = operator_settings()
    with opened(file, form) as source, operating(settings, StaffRole.OPS) as operator:
        actor = operator.acting(dry_run=dry_run)
        with importer(operator.database, kind, source, actor=actor, dry_run=dry_run) as imported:
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
        with progress("lines read", total=source.size) as show:
            for tally in imported.read():
                show(tally.read if source.size is None else source.stream.tell())
    except WrongHeader as error:
        raise Failure(f"{source.name}: {error}. Columns: `volitus import --help`.", USAGE) from None


def _store(imported: Importer[R], max_endings: int | None, report: "_Report") -> None:
    if max_endings is not None:
        confirm_endings(imported.try_out(), max_endings)
    report(imported.rejected())
    with progress("lines stored", total=imported.tally.read - imported.tally.rejected) as show:
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


def _summarise(tally: Tally, *, dry_run: bool, as_json: bool) -> None:
    counts = asdict(tally)
    if as_json:
        print_json(counts)
    else:
        print_table([name.replace("_", " ") for name in counts], [list(counts.values())])
        if dry_run:
            say("Dry run: nothing was changed.")
    raise typer.Exit(FAILED if tally.rejected else 0)
