"""States of an item in the list of what is stuck, and how an item leaves that list."""

from enum import StrEnum


class StuckState(StrEnum):
    """State of a stuck item."""

    STUCK = "stuck"
    """It needs a decision."""
    DECIDED = "decided"
    """An operator decided; its process has not taken the decision up."""
    RETRYING = "retrying"
    """The decision is being carried out."""
    CLOSED = "closed"
    """It is no longer stuck: see its resolution."""


class Resolution(StrEnum):
    """Resolution of a stuck item."""

    HEALED = "healed"
    RETRIED = "retried"
    SKIPPED = "skipped"
    ABORTED = "aborted"
    CANCELLED = "cancelled"
    FAILED = "failed"
    RESUMED = "resumed"
    REPAIRED = "repaired"
    ENDED = "ended"


TEXTS: dict[Resolution, str] = {
    Resolution.HEALED: "It succeeded without an operator",
    Resolution.RETRIED: "It succeeded when it was retried",
    Resolution.SKIPPED: "Its process goes on without it",
    Resolution.ABORTED: "Its process is aborted, and undoes what it did",
    Resolution.CANCELLED: "It is cancelled, and what was done is undone",
    Resolution.FAILED: "Its part of the process is given up and undone; the rest goes on",
    Resolution.RESUMED: "Operations resumed the target",
    Resolution.REPAIRED: "Its workflow goes on, or its process is closed",
    Resolution.ENDED: "Its process ended without it",
}
"""What each resolution means, for people."""
