"""``volitus openapi``: the API's own description, and whether a committed one still tells it."""

import difflib
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli.console import FAILED, USAGE, Failure, say

_SHOWN = 40

Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="FILE", help="Compare with FILE; exit code 1 on a difference."),
]


def openapi(check: Check = None) -> None:
    """Print the API's OpenAPI 3.1 document."""
    # A web framework that only this command needs.
    from api.app import openapi_document  # noqa: PLC0415

    document = json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"
    if check is None:
        sys.stdout.write(document)
    else:
        _compare(check, document)


def _compare(file: Path, document: str) -> None:
    try:
        committed = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", USAGE) from None
    if committed == document:
        return
    lines = difflib.unified_diff(
        committed.splitlines(), document.splitlines(), str(file), "the API", n=1, lineterm=""
    )
    for line in islice(lines, _SHOWN):
        sys.stdout.write(line + "\n")
    say(f"{file} is not what the API is: `volitus openapi > {file}`, and look at what changed.")
    raise typer.Exit(FAILED)
