"""Requests to cancel an order."""

from enum import StrEnum


class CancelTaskState(StrEnum):
    """State of a request to cancel, as TMF641's swagger spells it (its life cycle differs)."""

    ACCEPTED = "accepted"
    """To be assessed."""
    IN_PROGRESS = "inProgress"
    """It is being found out what can be cancelled."""
    DONE = "done"
    """Assessed: ``completionMessage`` says whether the order is cancelled. The undo may go on."""
    TERMINATED_WITH_ERROR = "terminatedWithError"
    """It could not be assessed."""
