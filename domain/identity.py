"""Levels of assurance of a login, and who named a person."""

from enum import IntEnum, StrEnum


class Acr(IntEnum):
    """Level of assurance with which a person was identified: the three of eIDAS, ascending."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def claim(self) -> str:
        """Value of the level in the claim ``acr`` and in challenges."""
        return self.name.lower()


class NamedBy(StrEnum):
    """Source of the name that a person is shown by. A register's stays; a login's is newer."""

    REGISTER = "register"
    LOGIN = "login"
    """The token of a login, of a person whom no register names."""
    OPERATOR = "operator"
    """The operator's systems, of a person who has not logged in."""


LONGEST_NAME = 255
"""Most letters that are kept of a name from a token or the operator's systems."""
