"""``--reason``: why an operator decides, kept in the history."""

import unicodedata
from typing import Annotated

import typer

_SHORTEST, _LONGEST = 3, 500


def reason(value: str) -> str:
    """Parse a reason, as the API does."""
    text = value.strip()
    is_one_line = all(unicodedata.category(letter) != "Cc" for letter in text)
    if not is_one_line or not _SHORTEST <= len(text) <= _LONGEST:
        raise typer.BadParameter(f"must be one line of {_SHORTEST} to {_LONGEST} characters")
    return text


Why = Annotated[
    str,
    typer.Option(
        "--reason", parser=reason, help="Reason, kept in the history: no names or phone numbers."
    ),
]
