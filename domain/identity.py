"""Levels of assurance of a login."""

from enum import IntEnum


class Acr(IntEnum):
    """Level of assurance with which a person was identified: the three of eIDAS, ascending."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def claim(self) -> str:
        """Value of the level in the claim ``acr`` and in challenges."""
        return self.name.lower()
