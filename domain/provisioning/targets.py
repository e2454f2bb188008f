"""Targets: the outside systems that steps act on, and whether steps may go to them."""

from enum import StrEnum


class Target(StrEnum):
    """An outside system that steps act on or ask. May grow."""

    NETWORK = "network"
    SIM_SWAP = "sim_swap"
    SMS = "sms"


class TargetState(StrEnum):
    """State of a target: do steps go to it?"""

    AVAILABLE = "available"
    """Steps go to it."""
    PROBING = "probing"
    """One step has been let through to find out whether it works again; all others wait."""
    PAUSED = "paused"
    """Steps wait: an operator paused it, or too many steps in a row failed."""
