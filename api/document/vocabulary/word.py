from typing import NamedTuple


class Word(NamedTuple):
    """A sentence about a property, and what its null means in an answer."""

    text: str
    null: str = ""
