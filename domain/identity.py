"""Levels of assurance of a login."""

from enum import IntEnum


class Acr(IntEnum):
    """Level of assurance with which a person was identified: the three of eIDAS, ascending."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The level as tokens and challenges write it."""
        return self.name.lower()
