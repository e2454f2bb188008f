"""Bulk retries: many stuck items are retried by one request, at a rate."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from domain.audit import Actor
from domain.operations import OperationState
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import AnyDecision, StuckItem
from domain.ops.stuck_reasons import StuckKind
from domain.processes import ProcessType
from domain.provisioning.steps import Decision
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


class RetryOutcome(StrEnum):
    """What became of an item after a bulk retry retried it, as it is now."""

    HEALED = "healed"
    """It succeeded."""
    STUCK_AGAIN = "stuck_again"
    """It failed again, or is in doubt now, and needs a decision."""
    UNDER_WAY = "under_way"
    """Its process has not carried the retry out yet."""
    ENDED = "ended"
    """It is neither done nor stuck: somebody decided otherwise since, or its process has ended."""


def would_become(
    kind: StuckKind, state: StuckState, allowed: Collection[AnyDecision]
) -> RetryResult:
    """Result for an open item if it were retried as it is now. In doubt is never retried in bulk.

    storage/ops/bulk_retry_queries.py says the same in SQL, for a preview of all items.
    """
    if kind is StuckKind.DOUBT:
        return RetryResult.IN_DOUBT
    is_step = kind in {StuckKind.TROUBLE, StuckKind.REFUSED}
    if is_step and state is StuckState.STUCK and Decision.RETRY in allowed:
        return RetryResult.RETRIED
    return RetryResult.REFUSED


def result_for(found: StuckItem, version: int) -> RetryResult:
    """Result for an item that had this version when the bulk retry was requested."""
    if found.state is StuckState.CLOSED:
        return RetryResult.SKIPPED
    result = would_become(found.kind, found.state, found.allowed_decisions)
    has_changed = found.version != version
    return RetryResult.SKIPPED if has_changed and result is not RetryResult.IN_DOUBT else result


@dataclass(frozen=True, slots=True)
class Requested:
    """Requester of a bulk retry, and items a second (None: the setting's)."""

    by: Actor
    rate: float | None = None
    note_id: int | None = None
    """Id of the event whose note says why."""
    note: str | None = None
    """What the requester wrote; None: it is erased."""

    def as_json(self) -> dict[str, Any]:
        """The form in which the operation keeps it."""
        return {"by": self.by.as_json(), "rate": self.rate, "note_id": self.note_id}

    @classmethod
    def from_json(
        cls, value: Mapping[str, Any], *, name: str | None = None, note: str | None = None
    ) -> Self:
        """The reverse of ``as_json``, with the requester's name and note."""
        by = Actor.from_json(value["by"], name)
        return cls(by, value["rate"], value["note_id"], note)


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
