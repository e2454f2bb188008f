"""Repairs of processes whose workflow failed, is missing or has closed, and what calls for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from domain.ops.stuck_reasons import StuckReason


class Repair(StrEnum):
    """Repairs of a broken process."""

    RESET = "reset"
    """Run the workflow's last task again, with the code that is deployed now."""
    RESTART = "restart"
    """Start the workflow again from the database; steps that are done are not repeated."""
    CLOSE = "close"
    """End the process as it is, with nothing undone."""


ALLOWED: dict[StuckReason, tuple[Repair, ...]] = {
    StuckReason.WORKFLOW_CLOSED: (Repair.RESTART, Repair.CLOSE),
    StuckReason.WORKFLOW_FAILING: (Repair.RESET, Repair.CLOSE),
    StuckReason.WORKFLOW_MISSING: (Repair.RESTART, Repair.CLOSE),
}
"""The repairs that fit each problem."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a process's workflow."""

    code: StuckReason
    detail: str = ""
    """A status, a cause or a class's name; never a message."""
    attempts: int = 0
    failed_at: datetime | None = None
    """Since when, where Temporal knows."""


def item_id(process_id: UUID) -> UUID:
    """Form the id of the stuck item that stands for a whole process."""
    return uuid5(process_id, "process")
