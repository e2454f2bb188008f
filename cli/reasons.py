"""``--reason``: why an operator decides, kept in the history."""

import unicodedata
from typing import Annotated

import typer

_SHORTEST, _LONGEST = 3, 500
# Control characters, and what is left of arguments that are not UTF-8: PostgreSQL refuses some.
_BARRED = frozenset({"Cc", "Cs"})


def reason(value: str) -> str:
    """Parse a reason, as the API does."""
    text = value.strip()
    if not _SHORTEST <= len(text) <= _LONGEST or any(
        unicodedata.category(letter) in _BARRED for letter in text
    ):
        raise typer.BadParameter(f"must be one line of {_SHORTEST} to {_LONGEST} characters")
    return text


Why = Annotated[
    str,
    typer.Option(
        "--reason", parser=reason, help="Reason, kept in the history: no names or phone numbers."
    ),
]
