"""Bulk retries: many stuck items are retried by one request, at a rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.operations import OperationState
from domain.processes import ProcessType
from domain.reasons import Reason

KIND = ProcessType.BULK_RETRY
"""The kind of operation, and type of process."""
DONE = Reason("bulk_retry_done", "Every item was processed")
CANCELLED = Reason(
    "bulk_retry_cancelled", "Operations cancelled it; items not reached are unchanged"
)


class RetryResult(StrEnum):
    """Result of a bulk retry for one item."""

    RETRIED = "retried"
    SKIPPED = "skipped"
    """It changed since the bulk retry was requested: it healed, was closed or decided about."""
    REFUSED = "refused"
    """It cannot be retried, or a decision about it was being carried out."""
    IN_DOUBT = "in_doubt"
    """It may have happened: left alone."""


@dataclass(frozen=True, slots=True)
class Requested:
    """Requester of a bulk retry, the reason, and items a second (None: the setting's)."""

    by: Actor
    reason: str
    rate: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The form in which the operation keeps it."""
        return {"by": self.by.as_json(), "reason": self.reason, "rate": self.rate}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The reverse of ``as_json``."""
        return cls(
            Actor(ActorKind(value["by"]["kind"]), value["by"]["id"]), value["reason"], value["rate"]
        )


@dataclass(frozen=True, slots=True)
class BulkRetry:
    """A bulk retry and its current state."""

    id: UUID
    """The operation's."""
    state: OperationState
    requested: Requested
    done: int
    total: int
    counts: Mapping[str, int] | None
    """Number of items by result, once it has ended."""
    created_at: datetime
    updated_at: datetime

    @property
    def has_ended(self) -> bool:
        """Return whether no further item will be processed."""
        return self.state.has_ended
