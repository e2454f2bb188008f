"""Levels of assurance of a login, and who named a person."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Login:
    """What is kept of a login with that which the person confirmed by it."""

    issuer: str
    token_id: str
    """``jti``: finds the token at its issuer. Empty where the issuer gives none."""
    acr: Acr
    amr: tuple[str, ...]
    """Login methods, casefolded and sorted: ``mid``, ``smartid``, ``idcard``."""
    auth_time: datetime


class NamedBy(StrEnum):
    """Source of the name that a person is shown by. A register's stays; a login's is newer."""

    REGISTER = "register"
    LOGIN = "login"
    """The token of a login, of a person whom no register names."""
    OPERATOR = "operator"
    """The operator's systems, of a person who has not logged in."""


LONGEST_NAME = 255
"""Most letters that are kept of a name from a token or the operator's systems."""
