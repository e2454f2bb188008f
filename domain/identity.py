"""How surely a person was identified."""

from enum import IntEnum


class Acr(IntEnum):
    """How surely a person was identified: the three levels of eIDAS, in their order."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The level as tokens and challenges write it."""
        return self.name.lower()
