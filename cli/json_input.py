"""A document that a command reads: JSON of the same form as the body of the API's request."""

import sys
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from cli.console import USAGE, Failure

M = TypeVar("M", bound=BaseModel)

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        allow_dash=True,
        help="JSON of the same form as the body over HTTP (openapi.json); - reads standard input.",
    ),
]


def read_json(file: Path, model: type[M]) -> M:
    """Read and check the document. Raises Failure, which never repeats what it holds."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return model.model_validate_json(text)
    except (OSError, UnicodeDecodeError):
        raise Failure(
            f"{file} cannot be read as text: name a file of JSON in UTF-8, or - for stdin.",
            USAGE,
        ) from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'document'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise Failure(
            f"{file} is not valid: {wrong}. Correct it, and run it again.", USAGE
        ) from None
