"""Task queues of activities. The workflows' own has every activity that waits for nothing outside.

Each of the others has activity slots of its own in every worker, so that what waits on it, for an
outside system that is slow or gone, delays no other work.
"""

from enum import StrEnum

from domain.provisioning.targets import TargetKind


class RegisterQueue(StrEnum):
    """Task queues of queries to a register, which allows few at once: apart, so neither blocks."""

    PEOPLE = "register_people"
    """Refreshes: somebody waits."""
    SYNC = "register_sync"
    """Runs, whose activities may take hours."""


class BankQueue(StrEnum):
    """Task queue of questions to banks, and of reading their statements."""

    BANKS = "banks"


class SigningQueue(StrEnum):
    """Task queue of signatures."""

    SIGNING = "signing"
    """People are waited for, minutes each."""


class ExtractQueue(StrEnum):
    """Task queue of extracts: apart from billing's, so that bookings wait for no million rows."""

    EXTRACTS = "extracts"
    """A few at once, which bounds a worker's memory."""


ActivityQueue = TargetKind | RegisterQueue | BankQueue | SigningQueue | ExtractQueue
ACTIVITY_QUEUES: tuple[ActivityQueue, ...] = (
    *TargetKind,
    *RegisterQueue,
    *BankQueue,
    *SigningQueue,
    *ExtractQueue,
)


def queue_of(task_queue: str, queue: ActivityQueue) -> str:
    """Name of a queue beside the workflows' own, ``task_queue``."""
    return f"{task_queue}-{queue}"
