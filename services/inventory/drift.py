"""Use cases of drift: read a difference, and decide about some of them.

Only the database is needed: a repair is begun by the scheduler, and a worker starts it.
"""

from uuid import UUID

from domain.audit import Actor
from domain.inventory.drift import DriftDecision
from services.errors import NotFound
from storage.database import Connection, Database, unless_deadlocked
from storage.inventory import drift_decisions, drift_queries
from storage.inventory.drift_decisions import Decided
from storage.inventory.drift_queries import Drift, DriftFilter


def read(connection: Connection, drift_id: UUID) -> Drift:
    """Return a difference. Raises NotFound."""
    found = drift_queries.one(connection, drift_id)
    if found is None:
        raise NotFound
    return found


def preview(database: Database, decision: DriftDecision, which: DriftFilter) -> Decided:
    """Count what would be decided about. Nothing is changed."""
    with database.reading() as connection:
        return drift_decisions.count(connection, decision, which)


def decide(
    database: Database, decision: DriftDecision, which: DriftFilter, *, actor: Actor, note: str
) -> Decided:
    """Decide about the differences that fit and that nobody has decided about. Repeatable."""

    def carry_out() -> Decided:
        with database.transaction() as session:
            return drift_decisions.decide(session, decision, which, actor=actor, note=note)

    return unless_deadlocked(carry_out)  # a check writes the same differences
