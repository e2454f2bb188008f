"""``volitus openapi``: print a description of the API, or compare a committed one with it."""

import difflib
import json
import sys
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli.console import FAILED, USAGE, Failure, say

_SHOWN = 40


class Description(StrEnum):
    """A description that there is."""

    OURS = "volitus"
    TMF641 = "tmf641"
    CAMARA = "camara"


Of = Annotated[
    Description,
    typer.Option("--of", help="The API itself, or a standard's: orders, one-time passwords."),
]
Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="FILE", help="Compare with FILE; exit code 1 on a difference."),
]


def openapi(of: Of = Description.OURS, check: Check = None) -> None:
    """Print the API's OpenAPI 3.1 document."""
    if check is None:
        sys.stdout.write(_document(of))
    else:
        _compare(of, check)


def _document(of: Description) -> str:
    # Imported here: no other command needs a web framework.
    from api import app  # noqa: PLC0415
    from api.camara import app as camara_app  # noqa: PLC0415
    from api.tmf641 import app as tmf641_app  # noqa: PLC0415

    makers = {Description.TMF641: tmf641_app, Description.CAMARA: camara_app}
    document = makers.get(of, app).openapi_document()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _compare(of: Description, file: Path) -> None:
    try:
        committed = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(
            f"{file} cannot be read: {error.strerror}. Name a committed document.", USAGE
        ) from None
    document = _document(of)
    if committed == document:
        return
    lines = difflib.unified_diff(
        committed.splitlines(), document.splitlines(), str(file), "the API", n=1, lineterm=""
    )
    for line in islice(lines, _SHOWN):
        sys.stdout.write(line + "\n")
    which = "" if of is Description.OURS else f" --of {of}"
    say(f"{file} differs: run `volitus openapi{which} > {file}` and review what changed.")
    raise typer.Exit(FAILED)
