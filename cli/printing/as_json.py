"""``--json``: one document on stdout, of the API's shapes and names."""

import sys
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: object) -> None:
    """Print one JSON document on stdout; ids and times are text, times in ISO 8601."""
    from pydantic_core import to_json  # noqa: PLC0415 # a tenth of a second that help needs not

    sys.stdout.write(to_json(value, indent=2).decode() + "\n")
