"""What a stuck item, or a step, is about: its service, who requested its process, and why."""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts import ServiceLabel
from domain.audit import Actor
from domain.provisioning.steps import Stage
from domain.provisioning.undoing import UndoReason


@dataclass(frozen=True, slots=True)
class SubjectService:
    """The service that a step changes, as it is now."""

    label: ServiceLabel
    network_id: str
    """Id by which the step's target is asked for it."""


@dataclass(frozen=True, slots=True)
class ProcessRequest:
    """The request for a process."""

    at: datetime
    by: Actor
    note: str | None
    """Why, as the requester wrote it; None: nothing was written, or it is erased."""


@dataclass(frozen=True, slots=True)
class StepPosition:
    """A step's place in its process."""

    item: str
    """The part of the process that it belongs to."""
    stage: Stage
    undo_reason: UndoReason | None
    """Why its item is being undone; None: it is not."""
    in_doubt_since: datetime | None
    """None: it is not in doubt."""


@dataclass(frozen=True, slots=True)
class StuckSubject:
    """What an item is about."""

    service: SubjectService | None = None
    """None: its process is about no service."""
    request: ProcessRequest | None = None
    """None: a target, or a process that nobody requested."""
    position: StepPosition | None = None
    """None: the item is no step."""
