"""``volitus import grants --compare FILE``: who has access by the old system, and who here."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import FAILED, USAGE, Failure, err
from cli.imports.compare import csv_file
from cli.imports.compare.line import COLUMNS, OPTIONAL, old_access
from cli.imports.compare.printing import Report, print_report
from cli.imports.importer import Source
from cli.imports.input_file import opened
from cli.imports.progress import progress
from cli.imports.record_reader import BadLine, Format, Values, WrongHeader, read_lines
from cli.printing.as_json import Json
from cli.printing.tables import Wide
from cli.staff import operating
from domain.comparisons.old_access import Finding, OldAccess
from services.comparisons.compare import Comparison, comparing
from settings.commands import ExplainSettings
from storage.accounts.upserts import parts

Compared = Annotated[
    str,
    typer.Option("--compare", metavar="FILE", help="File to compare; - reads standard input."),
]
Form = Annotated[
    Format | None, typer.Option("--format", help="Format of FILE. Default: by its extension.")
]
EveryAccount = Annotated[
    bool, typer.Option("--every-account", help="Also accounts that the file does not name.")
]
CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="New file for every difference, as CSV."),
]
Limit = Annotated[int, typer.Option(min=0, help="Most differences that are printed.")]


def grants(
    compare: Compared,
    form: Form = None,
    *,
    every_account: EveryAccount = False,
    csv: CsvFile = None,
    limit: Limit = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """Compare who has access by the operator's old system with who has it here; change nothing.

    FILE has one line for each access of a person, CSV with a header or NDJSON, UTF-8. Columns:
    person_code, account_reference (the customer number), and role (administrator, accountant, user
    or joint_representative) or permissions (with spaces between them).
    Columns that may be left out: person_country (EE), service_id or number (+37255512345) of the
    one service that it is for, through_day (2027-01-31, the last day; one that has passed is no
    access any more). Lines about the same add up.

    Shows what only the old system gives and why Volitus does not, what only Volitus gives and by
    what, and where permissions differ. Invalid lines are printed with their numbers and left out:
    exit code 1. See docs/cut-over.md.
    """
    settings, report = read_settings(ExplainSettings), Report(limit)
    today = datetime.now(settings.zone).date()
    with opened(compare, form) as source, operating(settings, StaffRole.OPS) as operator:
        actor = operator.acting()
        with csv_file.written(csv) as write, comparing(operator.database) as comparison:
            _read(comparison, source, report, today)
            running = comparison.run(
                operator.database,
                lines=report.read,
                every_account=every_account,
                actor=actor,
            )
            with running as report.size:
                total = sum(report.size.findings.values()) - report.size.findings[Finding.SAME]
                with progress("differences explained", total) as show:
                    for difference in comparison.differences():
                        write(difference)
                        report.take(difference)
                        show(report.differences)
    print_report(report, as_json=as_json, wide=wide)
    raise typer.Exit(FAILED if report.rejected else 0)


def _read(comparison: Comparison, source: Source, report: Report, today: date) -> None:
    lines = read_lines(source.stream, source.form, COLUMNS, OPTIONAL)
    try:
        with progress("lines read", source.size) as show:
            for part in parts(lines):
                report.read += len(part)
                comparison.add(dict(_valid(part, source.name, report, today)))
                show(report.read if source.size is None else source.stream.tell())
    except WrongHeader as error:
        raise Failure(f"{source.name}: {error}", USAGE) from None


def _valid(
    part: Iterable[tuple[int, Values | BadLine]], file: str, report: Report, today: date
) -> Iterator[tuple[int, OldAccess]]:
    """Yield the lines that can be compared; say of the others why not."""
    console = err()  # one for all: a file can be wrong throughout
    for number, content in part:
        try:
            if isinstance(content, BadLine):
                raise content
            access = old_access(content, today)
        except BadLine as why:
            report.rejected += 1
            console.print(f"{file}:{number}: {why}", soft_wrap=True)
            continue
        if access is None:
            report.ended += 1
        else:
            yield number, access
