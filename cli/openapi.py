"""``volitus openapi``: print the API's description, or compare a committed one with it."""

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
    if check is None:
        sys.stdout.write(_document())
    else:
        _compare(check)


def _document() -> str:
    # Imported here: no other command needs a web framework.
    from api.app import openapi_document  # noqa: PLC0415

    return json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"


def _compare(file: Path) -> None:
    try:
        committed = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", USAGE) from None
    document = _document()
    if committed == document:
        return
    lines = difflib.unified_diff(
        committed.splitlines(), document.splitlines(), str(file), "the API", n=1, lineterm=""
    )
    for line in islice(lines, _SHOWN):
        sys.stdout.write(line + "\n")
    say(f"{file} differs from the API: run `volitus openapi > {file}` and review what changed.")
    raise typer.Exit(FAILED)
