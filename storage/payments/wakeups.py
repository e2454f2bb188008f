"""Payments that their workflows are to look at: something of them changed in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from storage.database import Session

# A signal that was lost is sent again.
_CLAIM = text("""
WITH due AS (
    SELECT y.id, p.workflow_id FROM payment y JOIN process p ON p.id = y.process_id
    WHERE y.seen_at IS NULL AND p.ended_at IS NULL
        AND (y.woken_at IS NULL OR y.woken_at < clock_timestamp() - interval '30 seconds')
    ORDER BY y.changed_at LIMIT 200 FOR NO KEY UPDATE OF y SKIP LOCKED
)
UPDATE payment y SET woken_at = clock_timestamp() FROM due WHERE due.id = y.id
RETURNING due.workflow_id
""")
_SEEN = text("""
UPDATE payment SET seen_at = clock_timestamp() WHERE id = :id AND seen_at IS NULL
""")


def claim(session: Session) -> Sequence[str]:
    """Claim payments whose workflows are to look at them, at most 200; each again in 30 s.

    Returns the ids of the workflows.
    """
    return list(session.execute(_CLAIM).scalars())


def see(session: Session, payment_id: UUID) -> None:
    """Record that the payment's workflow looks at it now."""
    session.execute(_SEEN, {"id": payment_id})
