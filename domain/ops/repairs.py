"""Processes whose own workflow does not go on: how that is found to be, and what mends it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from domain.ops.stuck_reasons import StuckReason


class Fix(StrEnum):
    """What an operator may do with a process whose workflow does not go on."""

    RESET = "reset"
    """The workflow's last task is done again, by the code that is there now."""
    RESTART = "restart"
    """The workflow is started again from what the database says; done steps are found done."""
    CLOSE = "close"
    """The process is ended as it is, with nothing undone."""


FIXES: dict[StuckReason, tuple[Fix, ...]] = {
    StuckReason.WORKFLOW_CLOSED: (Fix.RESTART, Fix.CLOSE),
    StuckReason.WORKFLOW_FAILING: (Fix.RESET, Fix.CLOSE),
    StuckReason.WORKFLOW_MISSING: (Fix.RESTART, Fix.CLOSE),
}
"""What fits, by what is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a process's workflow."""

    code: StuckReason
    detail: str = ""
    """A status, a cause or a class's name; never a message."""
    attempts: int = 0
    failed_at: datetime | None = None
    """Since when, where Temporal tells."""


def row_id(process_id: UUID) -> UUID:
    """The id under which a process itself is listed as stuck."""
    return uuid5(process_id, "process")
