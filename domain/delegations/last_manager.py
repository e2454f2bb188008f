"""Warn whoever takes away the right to manage access: the last who has it, or one's own.

A warning, never a refusal: what is given up is given up at once.
"""

from dataclasses import dataclass
from enum import StrEnum


class WarningCode(StrEnum):
    """Code of a warning to whoever takes access away. More may be added."""

    LAST_MANAGER = "last_manager"
    """Nobody is left who can manage access to the account."""
    OWN_RIGHT_ENDS = "own_right_ends"
    """Whoever does it cannot manage access any more."""


@dataclass(frozen=True, slots=True)
class Managers:
    """Power to manage access to an account at a moment: anybody's, and one person's."""

    anybody: bool
    oneself: bool


def warnings(before: Managers, after: Managers) -> tuple[WarningCode, ...]:
    """Return what a change of who can manage access calls for."""
    found = []
    if before.anybody and not after.anybody:
        found.append(WarningCode.LAST_MANAGER)
    if before.oneself and not after.oneself:
        found.append(WarningCode.OWN_RIGHT_ENDS)
    return tuple(found)
