"""What the porting system tells of a number that another operator takes."""

from enum import StrEnum


class PortOutState(StrEnum):
    """How far a port-out is."""

    ANNOUNCED = "announced"
    """The number leaves at a moment, which may move."""
    CANCELLED = "cancelled"
    """It does not leave."""
    COMPLETED = "completed"
    """It has left: nothing that is told later changes that."""
