"""States of orders and their items, and the edges between them (life cycles of TMF641 v4)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class OrderState(StrEnum):
    """State of an order or of one of its items, as TMF641 spells it."""

    ACKNOWLEDGED = "acknowledged"
    """Received and well-formed; nothing of it has begun."""
    REJECTED = "rejected"
    """It breaks a business rule; one rejected item rejects the whole order."""
    PENDING = "pending"
    """It waits for somebody at the customer's."""
    HELD = "held"
    """It cannot go on because of a fault: operations must decide."""
    IN_PROGRESS = "inProgress"
    ASSESSING_CANCELLATION = "assessingCancellation"
    """Whether it can be cancelled is being found out."""
    PENDING_CANCELLATION = "pendingCancellation"
    """It is cancelled, and what was done is being undone."""
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    """Nothing of it was carried out, or what was has been undone."""
    PARTIAL = "partial"
    """Of an order: some items are completed, others are not."""

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return not EDGES[self]


class CancelPhase(StrEnum):
    """How far the cancellation of an order is."""

    ASSESSING = "assessing"
    """An item may be past its point of no return: that is being found out."""
    ACCEPTED = "accepted"
    DENIED = "denied"
    """Some items cannot be cancelled; the others are."""


S = OrderState
EDGES: Mapping[OrderState, frozenset[OrderState]] = {
    S.ACKNOWLEDGED: frozenset({S.IN_PROGRESS, S.REJECTED, S.ASSESSING_CANCELLATION, S.CANCELLED}),
    S.IN_PROGRESS: frozenset(
        {
            S.PENDING,
            S.HELD,
            S.COMPLETED,
            S.FAILED,
            S.PARTIAL,
            S.ASSESSING_CANCELLATION,
            S.CANCELLED,
        }
    ),
    S.PENDING: frozenset({S.IN_PROGRESS, S.ASSESSING_CANCELLATION, S.CANCELLED}),
    S.HELD: frozenset({S.IN_PROGRESS, S.ASSESSING_CANCELLATION, S.CANCELLED}),
    S.ASSESSING_CANCELLATION: frozenset(
        {S.PENDING_CANCELLATION, S.ACKNOWLEDGED, S.IN_PROGRESS, S.PENDING, S.HELD}
    ),
    S.PENDING_CANCELLATION: frozenset({S.CANCELLED}),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
    S.COMPLETED: frozenset(),
    S.FAILED: frozenset(),
    S.PARTIAL: frozenset(),
}
"""The states that may follow each."""


_BETWEEN = {S.PENDING_CANCELLATION: S.ASSESSING_CANCELLATION}
"""State that is passed on the way to each, where no edge leads there; to the others: inProgress."""


class NoPath(ValueError):
    """No legal edges lead from one state to another."""


def path(old: OrderState, new: OrderState) -> Sequence[OrderState]:
    """Return the states to pass through from ``old`` to ``new``, which is the last of them.

    A state that is derived may lie two edges away: then the one in between is passed in the same
    transaction. Raises NoPath.
    """
    if new in EDGES[old]:
        return (new,)
    between = _BETWEEN.get(new, S.IN_PROGRESS)
    if old is S.ASSESSING_CANCELLATION and new is S.CANCELLED:
        between = S.PENDING_CANCELLATION
    if between in EDGES[old] and new in EDGES[between]:
        return (between, new)
    raise NoPath(f"{old} is never followed by {new}")
