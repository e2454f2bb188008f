"""``volitus config``: which settings are in force, and where each comes from."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.connections import read_settings
from cli.console import Json, print_json, print_table
from cli.settings.markdown import as_written, page, variable
from settings import Settings

Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print docs/settings.md instead: every setting there is.")
]


def config(*, as_json: Json = False, markdown: Markdown = False) -> None:
    """Show the settings in force, secrets hidden. Exit code 2 if a process would not start."""
    if markdown:
        sys.stdout.write(page(Settings))
        return
    rows = list(_in_force(read_settings()))
    if as_json:
        print_json(rows)
    else:
        columns = ("variable", "value", "source")
        print_table(columns, ([row[c] for c in columns] for row in rows))


def _in_force(settings: Settings) -> Iterator[dict[str, Any]]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        told = name in settings.model_fields_set
        yield {
            "variable": variable(name, field),
            "value": None if value is None else as_written(value),
            "source": "environment" if told else "default",
        }
