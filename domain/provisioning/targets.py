"""Targets: the outside systems that steps act on, and whether steps may go to them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class TargetKind(StrEnum):
    """A kind of target. Task queues and slots are by kind. May grow."""

    BILLING = "billing"
    NETWORK = "network"
    SIM_SWAP = "sim_swap"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Target:
    """One outside system. There may be several of a kind: several networks."""

    kind: TargetKind
    name: str
    """Identifies it among all targets. The kind's own where the kind has only one."""

    @classmethod
    def of(cls, kind: TargetKind, destination: str | None = None) -> Self:
        """The target of this kind with this name; None: the kind's own."""
        return cls(kind, destination or kind.value)


TARGET_NAME = "^[a-z][a-z0-9_-]{0,39}$"
"""Form of the name of a target."""


class TargetState(StrEnum):
    """State of a target: do steps go to it?"""

    AVAILABLE = "available"
    """Steps go to it."""
    PROBING = "probing"
    """One step has been let through to find out whether it works again; all others wait."""
    PAUSED = "paused"
    """Steps wait: an operator paused it, or too many steps in a row failed."""
