"""``volitus config``: the settings that a process would start with, and the source of each."""

import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.connections import read_settings
from cli.console import USAGE, Failure, say
from cli.printing.as_json import Json, print_json
from cli.printing.tables import print_table
from cli.settings.markdown import as_written, page
from settings.base import ProcessSettings
from settings.processes import PROCESSES
from settings.sections import settings_of
from settings.sources import find
from settings.unknown_variables import unknown_variables

Process = Annotated[
    str | None, typer.Argument(metavar="PROCESS", help=f"One of: {', '.join(PROCESSES)}.")
]
Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print every setting as Markdown (docs/settings.md).")
]


def config(process: Process = None, *, as_json: Json = False, markdown: Markdown = False) -> None:
    """Show the settings that PROCESS would start with in this environment, secrets hidden.

    Exit code 2 if it would not start with them.
    """
    if markdown:
        sys.stdout.write(page(PROCESSES))
        return
    kind = PROCESSES.get(process or "")
    if kind is None:
        raise Failure(f"Specify a process: {', '.join(PROCESSES)}.", USAGE)
    rows = list(_in_force(read_settings(kind)))
    for unknown in unknown_variables(os.environ):
        meant = f" Did you mean {unknown.similar}?" if unknown.similar else ""
        say(f"{unknown.name} is not a setting of any process.{meant}")
    if as_json:
        print_json(rows)
    else:
        columns = ("variable", "value", "source")
        print_table(columns, ([row[c] for c in columns] for row in rows))


def _in_force(settings: ProcessSettings) -> Iterator[dict[str, Any]]:
    for setting in settings_of(type(settings)):
        value: Any = settings
        for name in setting.path:
            value = getattr(value, name)
        found = find(setting, os.environ)
        yield {
            "variable": setting.variable,
            "value": None if value is None else as_written(value),
            "source": "default" if found is None else found.source,
        }
