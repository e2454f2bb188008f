"""Operations: requests that take time, as their callers follow them."""

from enum import StrEnum


class OperationState(StrEnum):
    """State of an operation."""

    PENDING = "pending"
    """Requested, not started."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """True for a final state."""
        return self not in {OperationState.PENDING, OperationState.RUNNING}
