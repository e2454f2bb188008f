"""Why an item of a process is undone, and whether it still can be. Pure."""

from enum import StrEnum

from domain.provisioning.steps import Stage, StepState


class UndoReason(StrEnum):
    """Why what an item did is undone."""

    ABORTED = "aborted"
    """An operator aborted its process."""
    CANCELLED = "cancelled"
    """Whoever requested it cancelled it."""
    FAILED = "failed"
    """The item cannot be completed; other items of its process go on."""


class CancelResult(StrEnum):
    """What became of the wish to cancel an item."""

    CANCELLED = "cancelled"
    """Nothing more of it is sent; what was sent is found out and undone."""
    ASSESSING = "assessing"
    """The same, unless its point of no return turns out to be passed: that is being found out."""
    PAST_POINT_OF_NO_RETURN = "past_point_of_no_return"
    """It is carried out to its end."""
    OVER = "over"
    """It is undone already, or nothing of it is left to carry out."""


def is_past_return(stage: Stage, state: StepState) -> bool:
    """Return whether a step in this state has taken its item past the point of no return."""
    return stage is Stage.PIVOT and state is StepState.DONE
