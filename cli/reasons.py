"""``--reason``: why an operator decides, kept in the history."""

from typing import Annotated

import typer

from domain.visible_text import is_visible

_SHORTEST, _LONGEST = 3, 500


def reason(value: str) -> str:
    """Parse a reason, as the API does."""
    text = value.strip()
    if not is_visible(text) or not _SHORTEST <= len(text) <= _LONGEST:
        raise typer.BadParameter(f"must be one line of {_SHORTEST} to {_LONGEST} characters")
    return text


Why = Annotated[
    str,
    typer.Option(
        "--reason", parser=reason, help="Reason, stored as a note that only staff can read."
    ),
]
