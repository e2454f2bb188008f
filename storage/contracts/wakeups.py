"""Contracts that their workflows are to look at: they changed, or their order has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.processes import ProcessType
from storage.database import Session

# A signal that was lost is sent again.
_CLAIM = text("""
WITH due AS (
    SELECT c.id, p.type FROM contract c
    JOIN process p ON p.id IN (c.id, c.end_process_id)
    WHERE p.ended_at IS NULL AND c.seen_at IS NULL
        AND (c.woken_at IS NULL OR c.woken_at < clock_timestamp() - interval '30 seconds')
    ORDER BY c.changed_at LIMIT 200 FOR NO KEY UPDATE OF c SKIP LOCKED
)
UPDATE contract c SET woken_at = clock_timestamp() FROM due WHERE due.id = c.id
RETURNING c.id, due.type
""")
_SEEN = text("""
UPDATE contract SET seen_at = clock_timestamp() WHERE id = :id AND seen_at IS NULL
""")
_ORDER_ENDED = text("""
UPDATE contract SET seen_at = NULL, woken_at = NULL
WHERE id = (SELECT contract_id FROM service_order WHERE id = :order)
""")


@dataclass(frozen=True, slots=True)
class ToWake:
    """A process of a contract whose workflow is to look at it."""

    contract_id: UUID
    type: ProcessType


def claim(session: Session) -> Sequence[ToWake]:
    """Claim contracts whose workflows are to look at them, at most 200; each again in 30 s."""
    return [ToWake(row.id, ProcessType(row.type)) for row in session.execute(_CLAIM)]


def see(session: Session, contract_id: UUID) -> None:
    """Record that the contract's workflow looks at it now."""
    session.execute(_SEEN, {"id": contract_id})


def order_ended(session: Session, order_id: UUID) -> None:
    """Let the workflow of the contract that an order carries out look at it."""
    session.execute(_ORDER_ENDED, {"order": order_id})
